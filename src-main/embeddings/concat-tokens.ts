// Several textual inversions as one: their word vectors one behind the other, as if all their names were written in a row.

import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { joinArrays } from "../common/join-arrays.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import type { LearnedEmbedding, TokenEmbedding } from "./embedding-file.ts";
import type { WordsOfTwo } from "./words-by-encoder.ts";

type Part = WordsOfTwo | LearnedEmbedding | TokenEmbedding;

/** Places of a text, without its marks. */
const MOST_VECTORS = 75;

/** @returns [vectors, width] @throws Refusal for what is no word vectors, for other widths, and for more than fit into a text */
export function concatTokens(parts: readonly (LearnedEmbedding | TokenEmbedding)[]): FloatTensor {
  const tokens = parts.flatMap((part) => (part.kind === "tokens" ? part : []));
  const faults = parts.flatMap((part) => (part.kind === "tokens" ? [] : notTokens(part.file)));
  const [first] = tokens;
  const width = first?.vectors.shape[1] ?? 0;
  for (const { file, vectors } of tokens) {
    if (vectors.shape[1] !== width) faults.push(otherWidth(file, vectors.shape[1] ?? 0, width));
  }
  const count = tokens.reduce((sum, { vectors }) => sum + (vectors.shape[0] ?? 0), 0);
  if (count > MOST_VECTORS) faults.push(tooMany(count));
  if (faults.length > 0) throw new Refusal(faults);
  return floatTensor([count, width], joinArrays(tokens.map(({ vectors }) => vectors.data)));
}

/**
 * The tensors of a file, by name, of several files' word vectors: for one text encoder, or for two each by itself.
 * @throws Refusal also where only some of the files are for two
 */
export function concatFiles(name: string, parts: readonly Part[]): Readonly<Record<string, FloatTensor>> {
  const ofTwo = parts.flatMap((part) => (part.kind === "two encoders" ? part : []));
  const others = parts.flatMap((part) => (part.kind === "two encoders" ? [] : part));
  if (ofTwo.length === 0) return { [`<${name}>`]: concatTokens(others) };
  if (others.length > 0) throw new Refusal(others.map(({ file }) => ofOne(file)));
  return {
    clip_l: concatTokens(ofTwo.map(({ clip_l }) => clip_l)),
    clip_g: concatTokens(ofTwo.map(({ clip_g }) => clip_g)),
  };
}

function ofOne(file: string): Diagnostic {
  return {
    severity: "error",
    code: "embedding-encoders",
    at: { file },
    message: "this is for one text encoder, but others of the files are for two",
    help: "join embeddings for the same models",
  };
}

function notTokens(file: string): Diagnostic {
  return {
    severity: "error",
    code: "concat-conditioning",
    at: { file },
    message: "this is a conditioning, which fills a whole text, so that nothing can stand behind it",
    help: "average it with others instead",
    command: "`reneg embedding combine`",
  };
}

function otherWidth(file: string, width: number, wanted: number): Diagnostic {
  return {
    severity: "error",
    code: "embedding-width",
    at: { file },
    message: `these word vectors have width ${width}, but the first file's have ${wanted}`,
    help: "join embeddings for one text encoder",
  };
}

function tooMany(count: number): Diagnostic {
  return {
    severity: "error",
    code: "embedding-tokens",
    at: { part: "vectors" },
    message: `together these are ${count} word vectors, but a text has room for ${MOST_VECTORS}`,
    help: "join fewer",
  };
}
