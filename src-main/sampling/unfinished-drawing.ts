// What is left on disk of a drawing that was stopped: the latents of samplers that are done, and where the one in work stands.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { isThere } from "../weights/is-there.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../weights/safetensors.ts";
import type { DrawnLatents } from "./draw-latents.ts";

/** Equal for what would be drawn alike. @param paths of files and folders whose content counts, and not their names alone */
export function drawingKey(settings: unknown, paths: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const file of paths.flatMap((path) => filesOf(path))) hash.update(digestOf(file));
  return hash.digest("hex");
}

/** Bytes from which a file, say a whole model that holds a text encoder, is known by its size and its last change. */
const LARGE_FROM = 256 * 2 ** 20;

/** Of files that have not changed since, so that a model is read once for all images that it draws. */
const digests = new Map<string, Buffer>();
/** A file that has changed so recently may change again without telling: a clock of files goes in steps. */
const SETTLED_AFTER_MS = 2000;

function digestOf(file: string): Buffer {
  const { size, mtimeMs } = statSync(file);
  const key = `${file} ${size} ${mtimeMs}`;
  const told = size < LARGE_FROM ? () => readFileSync(file) : () => `${size} ${mtimeMs}`;
  const digest = digests.get(key) ?? createHash("sha256").update(told()).digest();
  if (Date.now() - mtimeMs > SETTLED_AFTER_MS) digests.set(key, digest);
  return digest;
}

/** Folders in a model's folder: those of its parts hold files. */
const DEEPEST = 3;

/** A LoRA, a text encoder and a model may be folders, of which links are a part. What downloads leave there under hidden names is none. */
function filesOf(path: string, depth = DEEPEST): string[] {
  if (!statSync(path).isDirectory()) return [path];
  if (depth === 0) return [];
  const names = readdirSync(path).filter((name) => !name.startsWith("."));
  return names.toSorted().flatMap((name) => filesOf(join(path, name), depth - 1));
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
