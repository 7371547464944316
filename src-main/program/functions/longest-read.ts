// Of lines in which words are drawn, the wordings that a text encoder needs most room for. By their tokens it is the longest option of each
// choice; by chunks it need not be: a BREAK ends one early, and so does a phrase or an embedding that would be torn apart.

import { allWordings, countWordings, type DynamicPrompt, longestWording } from "../../common/dynamic-prompt.ts";
import type { TextReading } from "../../common/text-reading.ts";
import type { ReadText } from "../host.ts";
import type { PromptWordings, TextsRead } from "../values.ts";

/** Wordings of a line that are each looked at. */
const MOST = 256;

export function longestRead(
  { lines }: PromptWordings,
  reading: TextReading,
  read: (text: string) => ReadText,
): Pick<TextsRead, "texts" | "chunks"> {
  const longest = (line: DynamicPrompt): string => longestWording(line, (text) => read(text).tokenCount);
  let chunks = 1;
  const texts = lines.map((line) => {
    if (reading.longPrompts === "cut" || !endsEarly(line, reading)) return longest(line);
    if (countWordings(line) <= MOST) return mostChunks(allWordings(line), read);
    const text = longest(line);
    chunks = Math.max(chunks, chunksAtMost(read(text), breaksAtMost(line, reading)));
    return text;
  });
  return { texts, chunks };
}

/** Of several that fill as many, the one of most tokens. */
function mostChunks(texts: readonly string[], read: (text: string) => ReadText): string {
  const [first = ""] = texts
    .map((text) => ({ text, ...read(text) }))
    .toSorted((a, b) => b.chunks - a.chunks || b.tokenCount - a.tokenCount)
    .map(({ text }) => text);
  return first;
}

/**
 * A chunk that no BREAK ends holds, with the next, more than either has room for, so that T tokens fill at most 2·⌈T/room⌉ − 1.
 * Parts between k BREAKs have together at most ⌈T/room⌉ + k rooms, and so 2·⌈T/room⌉ − 1 + k chunks.
 */
function chunksAtMost({ tokenCount, room }: ReadText, breaks: number): number {
  return 2 * Math.max(1, Math.ceil(tokenCount / room)) - 1 + breaks;
}

function breaksAtMost(line: DynamicPrompt, { promptWeights }: TextReading): number {
  const count = (text: string): number => text.split("BREAK").length - 1;
  return promptWeights === "a1111" ? count(longestWording(line, count)) : 0;
}

/** Whether a chunk of it may end before it is full. */
function endsEarly(line: DynamicPrompt, reading: TextReading): boolean {
  if (reading.promptWeights === "a1111") return true;
  return line.some((part) =>
    typeof part === "string" ? part.includes("embedding:") : part.some((option) => endsEarly(option, reading)),
  );
}
