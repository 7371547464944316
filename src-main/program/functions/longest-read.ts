// Of lines in which words are drawn, the wordings that a text encoder needs most room for. By their tokens it is the longest option of each
// choice; by chunks it need not be: a BREAK ends one early, and so does a phrase or an embedding that would be torn apart.

import { allWordings, countWordings, type DynamicPrompt, longestWording } from "../../common/dynamic-prompt.ts";
import type { TextReading } from "../../common/text-reading.ts";
import type { ReadText } from "../host.ts";
import type { PromptWordings, TextsRead } from "../values.ts";

/** Wordings of a line that are each looked at, where they may differ in chunks. */
const MOST = 256;

export function longestRead(
  { lines }: Pick<PromptWordings, "lines">,
  reading: TextReading,
  read: (text: string) => ReadText,
): Pick<TextsRead, "texts" | "chunks"> {
  const tokensOf = countOnce((part) => read(part).tokenCount);
  let chunks = 1;
  const texts = lines.map((line) => {
    const text = longestWording(line, tokensOf);
    const wordings = countWordings(line);
    if (reading.longPrompts === "cut" || wordings === 1) return text;
    const ends = earlyEnds(line, reading);
    if (ends.breaks + ends.phrases + ends.embeddings === 0) return text;
    const longest = read(text);
    if (wordings > MOST) {
      chunks = Math.max(chunks, chunksAtMost(longest.tokenCount, longest, ends));
      return text;
    }
    const tokens = Math.max(longest.tokenCount, tokensApart(line, tokensOf));
    // A name that a choice takes part in is an embedding only as a whole, of which parts do not tell how many vectors it has.
    const isSettled = ends.embeddings === 0 && chunksAtMost(tokens, longest, ends) <= longest.chunks;
    return isSettled ? text : mostChunks(allWordings(line), read);
  });
  return { texts, chunks };
}

/** Lines of a list have options in common. */
function countOnce(count: (part: string) => number): (part: string) => number {
  const known = new Map<string, number>();
  return (part) => {
    const found = known.get(part) ?? count(part);
    known.set(part, found);
    return found;
  };
}

/** The most of any wording, with each part read by itself: brackets of a weight that stand around a choice are words then. */
function tokensApart(line: DynamicPrompt, tokensOf: (part: string) => number): number {
  const most = (part: DynamicPrompt[number]): number =>
    typeof part === "string" ? tokensOf(part) : Math.max(...part.map((option) => tokensApart(option, tokensOf)));
  return line.reduce((sum, part) => sum + most(part), 0);
}

/** Of several that fill as many, the one of most tokens. */
function mostChunks(texts: readonly string[], read: (text: string) => ReadText): string {
  const [first = ""] = texts
    .map((text) => ({ text, ...read(text) }))
    .toSorted((a, b) => b.chunks - a.chunks || b.tokenCount - a.tokenCount)
    .map(({ text }) => text);
  return first;
}

/** What may end a chunk before it is full, as often as it stands in any wording. */
interface EarlyEnds {
  readonly breaks: number;
  /** That a comma ends. */
  readonly phrases: number;
  readonly embeddings: number;
}

function earlyEnds(line: DynamicPrompt, { promptWeights }: TextReading): EarlyEnds {
  const most = (sign: string): number => {
    const count = (text: string): number => text.split(sign).length - 1;
    return count(longestWording(line, count));
  };
  const isA1111 = promptWeights === "a1111";
  return {
    breaks: isA1111 ? most("BREAK") : 0,
    phrases: isA1111 ? most(",") : 0,
    embeddings: most("embedding:"),
  };
}

/**
 * A chunk that no BREAK ends holds, with the next, more than either has room for, so that T tokens fill at most 2·⌈T/room⌉ − 1. Without
 * embeddings each holds as many as `least` besides, so that c chunks take (c − 2)·least + room + 1 tokens, and T fill at most
 * 1 + ⌈(T − room)/least⌉. Each BREAK adds one at most.
 */
function chunksAtMost(tokens: number, { room, least }: ReadText, { breaks, phrases, embeddings }: EarlyEnds): number {
  const byPairs = 2 * Math.max(1, Math.ceil(tokens / room)) - 1;
  const byEach = 1 + Math.ceil(Math.max(0, tokens - room) / (phrases === 0 ? room : least));
  return breaks + (embeddings === 0 ? Math.min(byEach, byPairs) : byPairs);
}
