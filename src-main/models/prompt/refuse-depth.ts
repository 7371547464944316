// Weights upon weights: each level costs a pass over all that is inside, and far fewer than these already make any weight endless.

import { refuse } from "../../common/diagnostic.ts";
import { DEEPEST } from "../../common/nesting.ts";

/** @param what of which there are more than `DEEPEST` */
export function refuseDepth(text: string, what: string): never {
  refuse({
    code: "prompt-syntax",
    at: { part: text.slice(0, 60) },
    message: `there are more than ${DEEPEST} ${what}, which no weight of words needs`,
    help: "take the signs out of the prompt, or let it be read without weights",
  });
}
