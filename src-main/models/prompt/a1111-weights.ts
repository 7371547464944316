// Weights as the stable-diffusion-webui reads them: (a) times 1.1, [a] by 1.1, (a:1.3), nested as one likes; \( is a bracket; BREAK ends a context.

import { DEEPEST } from "../../common/nesting.ts";
import { refuseDepth } from "./refuse-depth.ts";
import { BREAK, type TextPart } from "./weighted-part.ts";

const STEP = 1.1;

/** An escaped sign, a bracket, a weight with the bracket that it closes, or text. */
const TOKEN = /\\[()[\]\\]?|\(|\[|:\s*([+-]?[.\d]+)\s*\)|\)|\]|[^\\()[\]:]+|:/g;

interface Draft {
  text: string;
  weight: number;
}

/** A BREAK begins with a weight of its own. One that is weighted further is a word again, as in the webui, and pulls away. */
const BREAK_WEIGHT = -1;

/** Brackets that do not close count to the end of the text. @throws Refusal where too many are open at a time */
export function parseA1111(text: string): TextPart[] {
  const drafts: Draft[] = [];
  const open: Record<"(" | "[", number[]> = { "(": [], "[": [] };
  const multiply = (first: number, factor: number): void => {
    for (const draft of drafts.slice(first)) draft.weight *= factor;
  };
  for (const [token, weight] of text.matchAll(TOKEN)) {
    const round = open["("].at(-1);
    const square = open["["].at(-1);
    if (token.startsWith("\\")) drafts.push({ text: token.slice(1), weight: 1 });
    else if (token === "(" || token === "[") {
      open[token].push(drafts.length);
      if (open[token].length > DEEPEST) refuseDepth(text, "brackets that lie in each other");
    } else if (weight !== undefined && round !== undefined && Number.isFinite(Number(weight))) {
      open["("].pop();
      multiply(round, Number(weight));
    } else if (token === ")" && round !== undefined) {
      open["("].pop();
      multiply(round, STEP);
    } else if (token === "]" && square !== undefined) {
      open["["].pop();
      multiply(square, 1 / STEP);
    } else {
      const pieces = token.split(/\bBREAK\b/);
      for (const [i, piece] of pieces.entries()) {
        if (i > 0) drafts.push({ text: "BREAK", weight: BREAK_WEIGHT });
        const begun = i === 0 ? piece : piece.trimStart();
        drafts.push({ text: i === pieces.length - 1 ? begun : begun.trimEnd(), weight: 1 });
      }
    }
  }
  for (const first of open["("]) multiply(first, STEP);
  for (const first of open["["]) multiply(first, 1 / STEP);
  return merge(drafts);
}

/** Neighbours of one weight are one part, so that words are not cut where signs were. */
function merge(drafts: readonly Draft[]): TextPart[] {
  const parts: TextPart[] = [];
  for (const { text, weight } of drafts) {
    const last = parts.at(-1);
    if (text === "BREAK" && weight === BREAK_WEIGHT) parts.push(BREAK);
    else if (last !== undefined && last !== BREAK && last.weight === weight) {
      parts[parts.length - 1] = { text: last.text + text, weight };
    } else parts.push({ text, weight });
  }
  return parts;
}
