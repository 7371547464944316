// Safetensors files: embeddings, weights of many families, and broken downloads.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { readRange, withOpenFile } from "../../weights/byte-range.ts";
import { readSafetensorsHeader } from "../../weights/safetensors.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type File, notSupportedYet } from "./kind.ts";
import { printBytes } from "./quantities.ts";
import { textWidthOf, weightFamilyOf } from "./weight-families.ts";
import { weightFacts } from "./weight-facts.ts";

/** A 64-bit length, and then the header, a JSON object. */
const LENGTH_BYTES = 8;

export function looksLikeSafetensors({ head, size }: File): boolean {
  if (head.length <= LENGTH_BYTES || head[LENGTH_BYTES] !== "{".charCodeAt(0)) return false;
  // Beyond the reference implementation's limit it is a coincidence.
  const length = headerLength(head);
  return length >= 2 && length < 100_000_000 && size > LENGTH_BYTES;
}

/** Files of checkpoints and weights say by metadata and tensor names what they are. */
export function describeWeights({ path, size }: File): Description {
  refuseTruncated(path, size);
  const { tensors, metadata } = readSafetensorsHeader(path);
  const family = weightFamilyOf(tensors);
  const width = textWidthOf(tensors);
  const facts = [
    ...weightFacts(tensors),
    ...(width === undefined ? [] : [fact("text width", width)]),
    ...Object.entries(metadata).map(([key, value]) => fact(`metadata: ${key}`, shorten(value))),
  ];
  if (family === undefined) {
    return { facts: [...facts, fact("tensors", shorten([...tensors.keys()].join(", ")))] };
  }
  const { title, help } = family;
  const hasConfig = existsSync(join(dirname(path), "config.json"));
  const problem = notSupportedYet(path, `a ${title} cannot be used as a single file`, help);
  return {
    title,
    facts: hasConfig ? [...facts, fact("more", `\`reneg inspect ${dirname(path)}\``)] : facts,
    problems: hasConfig ? [] : [problem],
  };
}

/** One diagnostic for an interrupted download, instead of one for every tensor beyond its end. */
function refuseTruncated(file: string, size: number): void {
  const wanted = withOpenFile(file, (opened) => {
    const length = headerLength(readRange(opened, 0, LENGTH_BYTES));
    if (LENGTH_BYTES + length > size) return LENGTH_BYTES + length;
    const { value: header } = attempt(() => parseHeader(readRange(opened, LENGTH_BYTES, length)));
    return header;
  });
}
