// Images that steer a ControlNet while it is judged: what its own base draws for the same prompts, from other noise.

import { join } from "node:path";
import type { ApplyRequest, DrawingSettings } from "../../common/applying.ts";
import { PLAIN_READING } from "../../common/text-reading.ts";
import type { Target } from "../../models/target/open-target.ts";
import { writePng } from "../../pictures/picture.ts";
import type { StageSessions } from "../../runtime/stage-sessions.ts";
import { makeFolder } from "../../weights/atomic-write.ts";
import { drawImages, openImageDrawer } from "../draw-images.ts";
import { DRAWN, imageProgram } from "../image-program.ts";
import { openRun } from "../open-run.ts";

/** So far from the seed that is judged that no noise is the same. */
const OTHER_SEED = 1_000_000;

/** The edges of the picture steer. */
export function steeredBy(picture: string, request: ApplyRequest): ApplyRequest {
  return { ...request, controls: [{ picture, kind: "canny", scale: 1 }] };
}

export interface ControlImageOptions {
  readonly prompts: readonly string[];
  readonly settings: DrawingSettings;
  readonly seed: number;
  readonly sessions: StageSessions;
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/**
 * @param request how the base of the ControlNet is opened
 * @returns PNG files in `folder`, one for each prompt
 */
export async function drawControlImages(
  { pipeline }: Target,
  { tokenizer, textEncoder, prediction, ema }: Pick<ApplyRequest, "tokenizer" | "textEncoder" | "prediction" | "ema">,
  folder: string,
  { prompts, settings, seed, sessions, onProgress }: ControlImageOptions,
): Promise<string[]> {
  makeFolder(folder);
  const { guidance, scheduler, steps, size } = settings;
  const program = imageProgram({
    model: { path: pipeline.path, draws: pipeline.draws, tokenizer, textEncoder, prediction, ema },
    reading: PLAIN_READING,
    prompts,
    negative: { kind: "none" },
    guidance,
    sampling: { scheduler, steps },
    at: { size },
  });
  const run = await openRun(program, { device: sessions.device, sessions });
  const requests = prompts.map((prompt, place) => ({ prompt, seed: seed + OTHER_SEED, place }));
  const drawer = openImageDrawer(run, DRAWN, 1);
  const images = await drawImages(drawer, requests, { parameters: new Map(), onProgress });
  const files = images.map((_, i) => join(folder, `${String(i + 1).padStart(4, "0")}.png`));
  for (const [i, image] of images.entries()) await writePng(files[i] ?? "", image);
  return files;
}
