// What is left on disk of a drawing that was stopped: the latents of samplers that are done, and where the one in work stands.

import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { UNFINISHED } from "../common/apply-many.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { createIdentify } from "../weights/identity.ts";
import { isThere } from "../weights/is-there.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../weights/safetensors.ts";
import type { DrawnLatents } from "./draw-latents.ts";

/** A model is read once for all images that it draws. */
const identify = createIdentify();

/** Equal for what would be drawn alike. @param paths of files and folders whose content counts, and not their names alone */
export function drawingKey(settings: unknown, paths: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const path of paths) hash.update(identify(path).identity);
  return hash.digest("hex");
}

/** Where the drawing of this file stands. */
export function unfinishedOf(file: string): string {
  return file + UNFINISHED;
}

const FINISHED = "finished ";
const FEATURES = "features ";

export function saveUnfinished(file: string, key: string, { finished, current }: DrawnLatents): void {
  const tensors: Record<string, FloatTensor> = {};
  for (const [sampler, latents] of finished) tensors[`${FINISHED}${sampler}`] = flat(latents);
  if (current !== undefined) {
    tensors["sample"] = flat(current.at.sample);
    const { previousOriginal } = current.at.state;
    if (previousOriginal !== undefined) tensors["previous"] = flat(previousOriginal);
    for (const [name, features] of current.at.features) tensors[`${FEATURES}${name}`] = flat(features);
  }
  const { sampler = "", at } = current ?? {};
  writeSafetensors(file, tensors, { key, sampler, step: String(at?.step ?? 0) });
}

/** `undefined` if there is none, or one of other settings. */
export function readUnfinished(file: string, key: string): DrawnLatents | undefined {
  if (!isThere(file)) return undefined;
  const { metadata } = readSafetensorsHeader(file);
  if (metadata["key"] !== key) return undefined;
  const tensors = new Map(
    Object.entries(readTensors(file)).flatMap(([name, tensor]) =>
      tensor.dtype === "float32" ? [[name, tensor.data] as const] : [],
    ),
  );
  const startingWith = (prefix: string) =>
    new Map(
      [...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, data]) => [name.slice(prefix.length), data]),
    );
  const [sample, previous] = [tensors.get("sample"), tensors.get("previous")];
  const state = previous === undefined ? {} : { previousOriginal: previous };
  const { sampler = "", step } = metadata;
  return {
    finished: startingWith(FINISHED),
    current: sample && { sampler, at: { step: Number(step), sample, state, features: startingWith(FEATURES) } },
  };
}

export function removeUnfinished(file: string): void {
  rmSync(file, { force: true });
}

function flat(data: Float32Array): FloatTensor {
  return floatTensor([data.length], data);
}
