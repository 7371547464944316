// What is left of a drawing that was stopped: finished latents of earlier columns, and where the current one stands.

import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { isThere } from "../../weights/is-there.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../../weights/safetensors.ts";
import type { FramesAtStep } from "./draw-frames.ts";

export interface Unfinished {
  /** Latents by column. */
  readonly finished: readonly Float32Array[];
  readonly current: FramesAtStep | undefined;
}

/** Equal for what would be drawn alike. */
export function drawingKey(settings: unknown, embeddings: readonly Float32Array[]): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const embedding of embeddings) hash.update(embedding);
  return hash.digest("hex");
}

export function saveUnfinished(file: string, key: string, { finished, current }: Unfinished): void {
  const tensors: Record<string, FloatTensor> = {};
  for (const [i, latents] of finished.entries()) tensors[`finished.${i}`] = flat(latents);
  if (current !== undefined) {
    tensors["sample"] = flat(current.sample);
    const { previousOriginal } = current.state;
    if (previousOriginal !== undefined) tensors["previous"] = flat(previousOriginal);
  }
  writeSafetensors(file, tensors, { key, step: String(current?.step ?? 0) });
}

/** `undefined` if there is none, or one of other settings. */
export function readUnfinished(file: string, key: string): Unfinished | undefined {
  if (!isThere(file)) return undefined;
  const { metadata } = readSafetensorsHeader(file);
  if (metadata["key"] !== key) return undefined;
  const tensors = readTensors(file);
  const data = (name: string): Float32Array | undefined => {
    const tensor = tensors[name];
    return tensor?.dtype === "float32" ? tensor.data : undefined;
  };
  const finished: Float32Array[] = [];
  for (let next = data("finished.0"); next !== undefined; next = data(`finished.${finished.length}`))
    finished.push(next);
  const [sample, previous] = [data("sample"), data("previous")];
  const state = previous === undefined ? {} : { previousOriginal: previous };
  return { finished, current: sample && { step: Number(metadata["step"]), sample, state } };
}

export function removeUnfinished(file: string): void {
  rmSync(file, { force: true });
}

function flat(data: Float32Array): FloatTensor {
  return floatTensor([data.length], data);
}
