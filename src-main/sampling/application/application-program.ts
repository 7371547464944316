// What an application draws, as a program: the same image, or video, in each of its columns; they differ in their negatives, in a LoRA, or in
// their text encoders.

import type { ApplyColumn, ApplyRequest, DrawingSettings } from "../../common/applying.ts";
import type { Program } from "../../common/program/program.ts";
import type { Prediction } from "../../common/sampling.ts";
import type { TextReading } from "../../common/text-reading.ts";
import { modelPath } from "../../models/embedded.ts";
import type { LearnedFileKind } from "../../models/learned-file.ts";
import type { Target } from "../../models/target/open-target.ts";
import { imagesProgram, type ProgramControl, type ProgramImage } from "../image-program.ts";

export interface ApplicationParts {
  readonly request: ApplyRequest;
  readonly target: Target;
  readonly settings: DrawingSettings;
  /** What kind of file the request names. */
  readonly learned: LearnedFileKind;
}

export function applicationProgram({ request, target, settings, learned }: ApplicationParts): Program {
  const { tokenizer, textEncoder, ema, prompt, guess, columns } = request;
  const { source, draws } = target;
  const { size, frames, toldFps, betas, scheduler, steps, eta, rescale, cacheInterval, sharedNoise, guidance } =
    settings;
  return imagesProgram({
    model: { ...source, draws, tokenizer, textEncoder, ema, prediction: predictionOf(request, target) },
    reading: readingOf(request),
    prompts: [prompt],
    images: Object.fromEntries(columns.map((column) => [column, imageIn(column, request, learned)])),
    guidance,
    sampling: { scheduler, steps, eta, rescale, sharedNoise, ...(cacheInterval === 1 ? {} : { cacheInterval }) },
    at: { size, betas, ...(draws === "videos" ? { frames } : {}), ...(toldFps === null ? {} : { toldFps }) },
    controls: controlsOf(request),
    guess,
  });
}

/** How the texts of a request are read. */
export function readingOf({ longPrompts, promptWeights, embeddings }: ApplyRequest): TextReading {
  return { longPrompts, promptWeights, ...(embeddings === undefined ? {} : { embeddings }) };
}

/** Where nobody knows, a trial tells before anything is drawn. Until then either will do: both need the same memory. */
function predictionOf({ prediction }: ApplyRequest, { pipeline }: Target): Prediction | undefined {
  return prediction ?? (pipeline.scheduler.tellsPrediction ? undefined : "epsilon");
}

function imageIn(
  column: ApplyColumn,
  { written, embedding: file, strength }: ApplyRequest,
  learned: ApplicationParts["learned"],
): ProgramImage {
  switch (column) {
    case "none":
      return { negative: { kind: "none" } };
    case "written":
      return { negative: { kind: "text", text: written } };
    case "learned":
      return learnedImage(learned, file, strength);
  }
}

/** What is no negative itself is drawn with none. */
function learnedImage(learned: LearnedFileKind, file: string, strength: number | undefined): ProgramImage {
  switch (learned) {
    case "embedding":
      return { negative: { kind: "embedding", file, ...(strength === undefined ? {} : { strength }) } };
    case "lora":
      return { negative: { kind: "none" }, learned: { kind: learned, file, strength } };
    case "text encoder":
      return { negative: { kind: "none" }, learned: { kind: learned, path: file } };
  }
}

/** That of the model itself first, then those besides, in the order in which they are named. */
function controlsOf({ to, controls }: ApplyRequest): ProgramControl[] {
  const own = controls.filter(({ controlnet }) => controlnet === undefined);
  const further = controls.filter(({ controlnet }) => controlnet !== undefined);
  return [...own, ...further].map(({ controlnet = to, ...control }) => ({ ...control, path: modelPath(controlnet) }));
}
