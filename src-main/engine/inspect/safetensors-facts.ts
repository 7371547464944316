// Safetensors files: weights of many families, checkpoints, and broken downloads.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { readSafetensorsHeader } from "../../weights/safetensors.ts";
import { textWidthOf, weightFamilyOf } from "../../weights/weight-families.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type Fact, type File, notSupportedYet } from "./kind.ts";
import { weightFacts } from "./weight-facts.ts";

/** A 64-bit length, and then the header, a JSON object. */
const LENGTH_BYTES = 8;

export function looksLikeSafetensors({ head, size }: File): boolean {
  if (head.length <= LENGTH_BYTES || head[LENGTH_BYTES] !== "{".charCodeAt(0)) return false;
  // Beyond the reference implementation's limit it is a coincidence.
  const length = headerLength(head);
  return length >= 2 && length < 100_000_000 && size > LENGTH_BYTES;
}

/** Whether the header is sound and lists these tensors. */
export function holdsTensors(file: File, ...names: readonly string[]): boolean {
  if (!looksLikeSafetensors(file)) return false;
  const { value } = attempt(() => readSafetensorsHeader(file.path));
  return value !== undefined && names.every((name) => value.tensors.has(name));
}

export function describeWeights({ path }: File): Description {
  const { tensors, metadata } = readSafetensorsHeader(path);
  return describeTensors(
    path,
    tensors,
    Object.entries(metadata).map(([key, value]) => fact(`metadata: ${key}`, shorten(value))),
  );
}

const OPENED =
  "what can be opened: Stable Diffusion 1.x and 2.x as single files or folders of diffusers, embeddings, rewards, ControlNets and video models";

/** What weights are by their names, whatever the format of their file. */
export function describeTensors(path: string, tensors: WeightMap, more: readonly Fact[]): Description {
  const family = weightFamilyOf(tensors);
  const width = textWidthOf(tensors);
  const facts = [...weightFacts(tensors), ...(width === undefined ? [] : [fact("text width", width)]), ...more];
  if (family === undefined) {
    const problem = notSupportedYet(path, "the names of its tensors are of no known model", OPENED);
    return { facts: [...facts, fact("tensors", shorten([...tensors.keys()].join(", ")))], problems: [problem] };
  }
  const { title, outlook } = family;
  // Beside its config a file is one part of a component's folder, and in its place.
  if (existsSync(join(dirname(path), "config.json"))) {
    return { title, facts: [...facts, fact("more", `\`reneg inspect ${dirname(path)}\``)] };
  }
  if (outlook === "runs") throw new Error(`${path} was not recognised as a checkpoint`);
  if (outlook.usedAs !== undefined) return { title, facts };
  return { title, facts, problems: [{ ...notSupportedYet(path, outlook.message), ...wayOutOf(outlook) }] };
}

export function describeCheckpoint({ path }: File): Description {
  const { tensors, metadata } = readSafetensorsHeader(path);
  const run = dirname(dirname(path));
  return {
    facts: [
      ...Object.entries(metadata).map(([key, value]) => fact(key, shorten(value))),
      ...weightFacts(tensors),
      fact("to go on", `\`reneg train --resume ${run}\``),
    ],
  };
}

function headerLength(head: Uint8Array): number {
  return Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
}

export function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function wayOutOf({ help, command }: Pick<Diagnostic, "help" | "command">): Pick<Diagnostic, "help" | "command"> {
  return { ...(help === undefined ? {} : { help }), ...(command === undefined ? {} : { command }) };
}
