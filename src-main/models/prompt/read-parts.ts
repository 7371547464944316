// A prompt in parts, by the syntax that was chosen; and what it says without any.

import { refuse } from "../../common/diagnostic.ts";
import type { TextReading } from "../../common/text-reading.ts";
import { parseA1111 } from "./a1111-weights.ts";
import { parseCompel } from "./compel-weights.ts";
import { BREAK, type TextPart } from "./weighted-part.ts";

export function readParts(text: string, { promptWeights }: Pick<TextReading, "promptWeights">): readonly TextPart[] {
  switch (promptWeights) {
    case "none":
      return [{ text, weight: 1 }];
    case "a1111":
      return parseA1111(text);
    case "compel":
      return parseCompel(text);
  }
}

/** `embedding:NAME`, as ComfyUI writes it. The name ends at a space, a comma, a bracket or a colon. */
export const EMBEDDING = /\bembedding:([^\s,:()[\]<>|"]+)/g;

/**
 * The words alone, for whoever knows nothing of weights.
 * @throws Refusal if the text names an embedding, which only the pipeline that it was made for can read
 */
export function wordsOf(text: string, reading: Pick<TextReading, "promptWeights">): string {
  const [found] = text.match(EMBEDDING) ?? [];
  if (found !== undefined) {
    refuse({
      code: "embedding-for-reward",
      at: { part: text.slice(0, 60) },
      message: `a reward reads words, and ${found} stands for vectors of the pipeline`,
      help: "write a word for it in the prompts that rewards judge by",
    });
  }
  if (reading.promptWeights === "none") return text;
  return readParts(text, reading)
    .map((part) => (part === BREAK ? " " : part.text))
    .join(reading.promptWeights === "compel" ? " " : "");
}

/** A place of a text that means a weight in other programs. */
export function findWeightSyntax(text: string): string | undefined {
  return /\([^()]*:\s*(?:\d+(?:\.\d+)?|\.\d+)\s*\)|\(\([^()]+\)\)|\[\[[^[\]]+\]\]|\)\d*\.\d+|[\p{L}\p{N})](?:\+\+|--)(?=[\s,]|$)/u.exec(
    text,
  )?.[0];
}
