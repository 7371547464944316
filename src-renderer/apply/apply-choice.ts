// What a person has chosen in the dialog, and the request that it makes.

import type { z } from "zod";
import type { applyRequest, ControlKind, DrawingSettings } from "../../src-main/common/applying.ts";
import type { TargetModel } from "../../src-main/common/target-model.ts";
import type { TextReading } from "../../src-main/common/text-reading.ts";

export interface ApplyChoice {
  readonly model: TargetModel;
  /** The pipeline that the model works on; `null` if it works alone. */
  readonly base: string | null;
  readonly prompt: string;
  readonly written: string;
  /** How both are read, as far as it was changed. */
  readonly reading: Partial<Pick<TextReading, "longPrompts" | "promptWeights">>;
  readonly seed: number;
  /** The path of what steers, and what is made of it first. */
  readonly picture: string | null;
  readonly pictureKind: ControlKind;
  readonly pictureScale: number;
  /** What differs from the settings of the model itself. */
  readonly changed: Partial<DrawingSettings>;
}

/** A word that people use against bad pictures of any kind. */
const USUAL_WRITTEN = "blurry, low quality, distorted, deformed, bad anatomy, watermark";

/** With a model's own settings; what was written stays, and an example steps in where nothing was. */
export function choiceOf(model: TargetModel, before: ApplyChoice | null): ApplyChoice {
  const { bases, example } = model;
  const isUntouched = before === null || before.prompt === "" || before.prompt === before.model.example?.prompt;
  return {
    model,
    base: bases[0] ?? null,
    prompt: isUntouched ? (example?.prompt ?? "") : before.prompt,
    written: before?.written ?? USUAL_WRITTEN,
    reading: before?.reading ?? {},
    seed: before?.seed ?? 0,
    picture: example?.picture ?? null,
    pictureKind: "canny",
    pictureScale: 1,
    changed: {},
  };
}

export type Lack = "prompt" | "base" | "picture";

/** What has still to be said before anything can be drawn. */
export function lackOf({ model, base, prompt, picture }: ApplyChoice): Lack | null {
  if (prompt.trim() === "") return "prompt";
  if (model.needsBase && base === null) return "base";
  return model.needsPicture && picture === null ? "picture" : null;
}

/** Settings that were not touched are left out: the program knows them for the model. */
export function requestOf(choice: ApplyChoice, embedding: string): z.input<typeof applyRequest> {
  const {
    model,
    base,
    prompt,
    written,
    reading,
    seed,
    picture,
    pictureKind: kind,
    pictureScale: scale,
    changed,
  } = choice;
  const { draws, needsPicture } = model;
  const { frames, fps, sharedNoise, toldFps, ...ofPictures } = changed;
  return {
    embedding,
    to: model.path,
    ...(base === null ? {} : { base }),
    prompt: prompt.trim(),
    written,
    ...reading,
    seed,
    ...(needsPicture && picture !== null ? { controls: [{ picture, kind, scale }] } : {}),
    ...ofPictures,
    ...(draws === "videos" && frames !== undefined ? { frames } : {}),
    ...(draws === "videos" && fps !== undefined ? { fps } : {}),
    ...(draws === "videos" && sharedNoise !== undefined ? { sharedNoise } : {}),
    ...(typeof toldFps === "number" ? { toldFps } : {}),
  };
}
