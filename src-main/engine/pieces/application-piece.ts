// Some of many prompts of an application: drawn by whoever is asked, and their images handed over.

import { z } from "zod";
import { applyRequest, type DrawingSettings } from "../../common/applying.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Picture } from "../../pictures/picture.ts";
import type { Packed } from "../../queue/pack.ts";
import { drawEach } from "../../sampling/application/draw-each.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { openTargetOf } from "../open-target-of.ts";
import { withTarget } from "../with-target.ts";
import { packVideos, unpackVideos } from "./pack-videos.ts";
import { type PromptsKind, REQUEST_PATHS } from "./prompts-piece.ts";

const sentApplication = z.strictObject({
  /** Its own prompt and seed stand for none of them. */
  request: applyRequest,
  prompts: z.array(z.strictObject({ prompt: z.string(), seed: z.int().nonnegative() })).min(1),
});
export type SentApplication = z.output<typeof sentApplication>;

/** Of each column of each prompt. */
const told = z.object({ frames: z.array(z.int().positive()) });

export const applicationPrompts: PromptsKind<SentApplication> = {
  kind: "application",
  sent: sentApplication,
  paths: [...REQUEST_PATHS, ...["controlnet", "picture"].map((name) => `request.controls.*.${name}`)],
  async compute({ request, prompts }, { device, emit, signal }) {
    const target = openTargetOf(request);
    const warn = (diagnostic: Diagnostic): Promise<void> => emit({ type: "warning", diagnostic });
    const videos: (readonly Picture[])[] = [];
    await withTarget(target, { device, signal, warn }, ({ applicationFor }) =>
      drawEach(
        prompts.map((one) => ({ ...request, ...one })),
        {
          applicationFor,
          emit,
          onProgress: progressReporter(`drawing on ${target.name}`, emit, { unit: "images" }),
          onDrawn: (_place, columns) => void videos.push(...columns),
        },
      ),
    );
    const json = { frames: videos.map(({ length }) => length) } satisfies z.input<typeof told>;
    return { json, parts: await packVideos(videos) };
  },
};

/** @returns frames by column, of each prompt @throws Error for what is not of this piece */
export async function readApplication(
  { json, parts }: Packed,
  { request, prompts }: SentApplication,
  { frames: expected, size }: DrawingSettings,
): Promise<Picture[][][]> {
  const { frames } = told.parse(json);
  const { length: columns } = request.columns;
  if (frames.length !== prompts.length * columns || !frames.every((count) => count === expected))
    throw new Error("it answered other images than were asked for");
  const videos = await unpackVideos(frames, parts);
  for (const { width, height } of videos.flat())
    if (width !== size.width || height !== size.height)
      throw new Error(`it answered images of ${width}×${height} in place of ${size.width}×${size.height}`);
  return prompts.map((_, i) => videos.slice(i * columns, (i + 1) * columns));
}
