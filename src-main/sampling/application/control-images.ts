// Pictures that steer a ControlNet while it is judged: what its own base draws for the same prompts, from other noise.

import { join } from "node:path";
import type { ApplyRequest, DrawingSettings } from "../../common/applying.ts";
import type { Target } from "../../models/target/open-target.ts";
import { writePng } from "../../pictures/picture.ts";
import type { StageSessions } from "../../runtime/stage-sessions.ts";
import { drawPictures } from "../../training/draw-pictures.ts";
import { encodeText, openGenerator } from "../../training/generator.ts";
import { openScheduler } from "../../training/open-scheduler.ts";
import { makeFolder } from "../../weights/atomic-write.ts";

/** So far from the seed that is judged that no noise is the same. */
const OTHER_SEED = 1_000_000;

/** The edges of the picture steer. */
export function steeredBy(picture: string, request: ApplyRequest): ApplyRequest {
  return { ...request, controls: [{ picture, kind: "canny", scale: 1 }] };
}

export interface ControlPictureOptions {
  readonly prompts: readonly string[];
  readonly settings: DrawingSettings;
  readonly seed: number;
  readonly sessions: StageSessions;
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/** @returns PNG files in `folder`, one for each prompt */
export async function drawControlPictures(
  { pipeline }: Target,
  folder: string,
  { prompts, settings, seed, sessions, onProgress }: ControlPictureOptions,
): Promise<string[]> {
  makeFolder(folder);
  const generator = openGenerator(pipeline, sessions, 1, settings.size);
  const requests = prompts.map((prompt) => ({ prompt, seed: seed + OTHER_SEED }));
  const pictures = await drawPictures(
    generator,
    openScheduler(pipeline, settings.scheduler, settings.steps),
    requests,
    {
      negative: await encodeText(generator, ""),
      guidance: settings.guidance,
      onProgress,
    },
  );
  const files = pictures.map((_, i) => join(folder, `${String(i + 1).padStart(4, "0")}.png`));
  for (const [i, picture] of pictures.entries()) await writePng(files[i] ?? "", picture);
  return files;
}
