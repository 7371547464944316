// How the nodes that take texts read them.

import { longPrompts, promptWeights } from "../src-main/common/text-reading.ts";

export const readingParams = {
  longPrompts: longPrompts.default("cut").meta({
    label: "Long prompts",
    help: "What becomes of what does not fit into 75 tokens: it is cut off, or read in chunks of 75, one context behind the other.",
  }),
  promptWeights: promptWeights.default("none").meta({
    label: "Weights",
    help: "a1111: (word:1.3), [word] and BREAK; compel: word++ and (some words)1.3. Rewards read the words without them.",
  }),
};
