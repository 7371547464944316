// The vocabulary of CLIP itself, which comes with the program: single-file checkpoints have none.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { BYTE_ALPHABET } from "./byte-pair-encoder.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";

/** Tokens of CLIP: 256 bytes, the same at the end of a word, the merges, and two marks. */
export const CLIP_VOCABULARY_SIZE = 49408;

const BEGIN = "<|startoftext|>";
const END = "<|endoftext|>";
const MERGES = new URL("../../../resources/clip-vocabulary/merges.txt.gz", import.meta.url);

/** @param padding Stable Diffusion 1.x repeats the end mark; OpenCLIP, in 2.x, fills up with zeros */
export function readClipVocabulary(padding: "end" | "zero"): TokenizerFiles {
  const merges = gunzipSync(readFileSync(MERGES)).toString("utf8").trimEnd().split("\n");
  // First the bytes that are printable in Latin-1, as themselves, then the others.
  const bytes = BYTE_ALPHABET.toSorted((a, b) => (a < b ? -1 : 1));
  const tokens = [
    ...bytes,
    ...bytes.map((character) => `${character}</w>`),
    ...merges.map((merge) => merge.replace(" ", "")),
    BEGIN,
    END,
  ];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const [beginId, endId] = [CLIP_VOCABULARY_SIZE - 2, CLIP_VOCABULARY_SIZE - 1];
  return {
    ids,
    ranks: new Map(merges.map((merge, rank) => [merge, rank])),
    // As the tokenizer folder of Stable Diffusion 1.5 declares them.
    special: [
      { content: BEGIN, id: beginId, normalised: true },
      { content: END, id: endId, normalised: false },
    ],
    beginId,
    endId,
    padId: padding === "end" ? endId : 0,
    unknownId: endId,
    length: 77,
  };
}
