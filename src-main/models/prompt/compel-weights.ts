// Weights as Compel reads them: word+ times 1.1 a sign, word- times 0.9, (some words)+ and (some words)1.3, nested; \( is a bracket.
// What mixes whole prompts (.blend, .and, .swap) is refused, since it is no weight of words.

import { refuse } from "../../common/diagnostic.ts";
import { DEEPEST } from "../../common/nesting.ts";
import { refuseDepth } from "./refuse-depth.ts";
import type { WeightedPart } from "./weighted-part.ts";

const MORE = 1.1;
const LESS = 0.9;

interface Reader {
  readonly text: string;
  /** Where a bracket opens that has its partner; one that has none is a sign like others. */
  readonly closing: ReadonlySet<number>;
  place: number;
}

/** Signs in a row, of both kinds. */
const ENDLESS_SIGNS = new RegExp(`[+-]{${DEEPEST + 1}}`);

/** @throws Refusal for Compel's operators on whole prompts, and for weights without end */
export function parseCompel(text: string): WeightedPart[] {
  const operator = /["')]\s*\.(blend|and|add|swap|attend)\s*\(/.exec(text)?.[1];
  if (operator !== undefined) {
    refuse({
      code: "prompt-syntax",
      at: { part: text.slice(0, 60) },
      message: `.${operator}() of Compel is not read here: only weights of words are`,
      help: "write + and - behind a word or behind words in brackets, or a number behind the bracket",
    });
  }
  if (ENDLESS_SIGNS.test(text)) refuseDepth(text, "+ and - in a row");
  return fuse(readUntil({ text, closing: closingBrackets(text), place: 0 }, 0));
}

/** @param depth in how many brackets it lies: the innermost ends it */
function readUntil(reader: Reader, depth: number): WeightedPart[] {
  if (depth > DEEPEST) refuseDepth(reader.text, "brackets that lie in each other");
  const parts: WeightedPart[] = [];
  while (reader.place < reader.text.length) {
    const character = reader.text[reader.place] ?? "";
    if (character === ")" && depth > 0) break;
    if (/\s/.test(character)) reader.place += 1;
    else if (character === "(" && reader.closing.has(reader.place)) {
      reader.place += 1;
      const inner = readUntil(reader, depth + 1);
      reader.place += 1;
      const weight = readWeight(reader, /[+]+|-+(?![\d.])|-?\d+(?:\.\d*)?|\.\d+/y);
      for (const part of inner) parts.push({ ...part, weight: part.weight * weight });
    } else parts.push(readWord(reader));
  }
  return parts;
}

function closingBrackets(text: string): ReadonlySet<number> {
  const closing = new Set<number>();
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === "(") open.push(i);
    else if (text[i] === ")") {
      const partner = open.pop();
      if (partner !== undefined) closing.add(partner);
    }
  }
  return closing;
}

/** To the next white space or bracket; signs inside of a word are its own. */
function readWord(reader: Reader): WeightedPart {
  const word = /(?:\\.|[^\s()\\+-]|[+-]+(?=[^\s()+.,-]))+|[\s\S]/y;
  word.lastIndex = reader.place;
  const [found = ""] = word.exec(reader.text) ?? [];
  reader.place += found.length;
  const weight = readWeight(reader, /\++|-+/y);
  return { text: found.replace(/\\([()"+\-.,=\\])/g, "$1"), weight };
}

function readWeight(reader: Reader, pattern: RegExp): number {
  pattern.lastIndex = reader.place;
  const [sign] = pattern.exec(reader.text) ?? [];
  if (sign === undefined) return 1;
  reader.place += sign.length;
  if (sign.startsWith("+")) return MORE ** sign.length;
  return /^-+$/.test(sign) ? LESS ** sign.length : Number(sign);
}

/** Neighbours of one weight are one part, with a space between them. */
function fuse(parts: readonly WeightedPart[]): WeightedPart[] {
  const fused: WeightedPart[] = [];
  for (const part of parts) {
    const last = fused.at(-1);
    if (last?.weight === part.weight) fused[fused.length - 1] = { ...last, text: `${last.text} ${part.text}` };
    else fused.push(part);
  }
  return fused;
}
