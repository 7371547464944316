// The tokenizer of OpenCLIP (SimpleTokenizer), which HPSv2 and its kin read their prompts with: CLIP's byte-pair encoding over texts
// that are cleaned first, and with marks of other names than transformers'.

import { wordEncoder } from "./byte-pair-encoder.ts";
import type { EncodedText } from "./clip-tokenizer.ts";
import { frameWords, type Word } from "./fit-words.ts";
import { fixText } from "./fix-text.ts";
import { unescapeHtml } from "./html-entities.ts";
import { findMojibake } from "./mojibake.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";

export interface OpenClipTokenizer {
  readonly length: number;
  encode(text: string): EncodedText;
}

const BEGIN = "<start_of_text>";
const END = "<end_of_text>";
/**
 * Whatever its case, so that the long s counts as an s. The iota below (U+0345), whose capital is a letter though it is none, is
 * neither a letter nor anything else there, and falls out.
 */
const WORD =
  /<start_of_text>|<end_of_text>|'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}\u0345]+/gu;

export function createOpenClipTokenizer(files: TokenizerFiles): OpenClipTokenizer {
  const { length, beginId, endId } = files;
  const encode = wordEncoder(files);
  const marks = new Map([
    [BEGIN, beginId],
    [END, endId],
  ]);
  const words = (text: string): Word[] =>
    (text.match(WORD) ?? []).map((word) => {
      const mark = marks.get(word);
      return { text: word, ids: mark === undefined ? encode(word) : [mark] };
    });
  return {
    length,
    encode(text) {
      const clean = cleanText(text);
      const garbled = findMojibake(text);
      // What stands behind the end of a text is 0, whatever the vocabulary.
      const framed = frameWords(words(clean), length, { beginId, endId, padId: 0 });
      return garbled === undefined ? framed : { ...framed, garbled };
    },
  };
}

/** ftfy, entities twice, every run of white space to one space, lower case. */
export function cleanText(text: string): string {
  return unescapeHtml(unescapeHtml(fixText(text)))
    .replace(/[\p{White_Space}\x1c-\x1f]+/gu, " ")
    .trim()
    .toLowerCase();
}
