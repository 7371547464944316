// How good an image is, by a reward that is learned.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { defineFunction } from "../function.ts";
import { meanOfFrames } from "./frame-scores.ts";
import { factsOfScored } from "./score-facts.ts";

export const scoreByReward = defineFunction({
  name: "score by reward",
  help: "Scores an image by a reward that is learned; of a video, the mean over its frames.",
  inputs: { image: { kind: "image" }, reward: { kind: "reward" } },
  output: "score",
  settings: z.strictObject({}),
  infer: ({ inputs: { image } }) => factsOfScored(image),
  open({ ref, inputs: { image, reward } }) {
    const { name, base, isReading, contrast } = reward;
    const { prompts, frames } = image;
    if (isReading && prompts === null) {
      refuse({
        code: "score-prompt",
        at: { port: "reward" },
        message: `${name} scores an image for its prompt, but no prompt is known of these`,
        help: "write the prompts into the table, or train a head that looks at the image alone",
      });
    }
    return {
      ref,
      name,
      reward: base,
      contrast,
      ...(isReading && prompts !== null ? { prompts } : {}),
      lower(lowering) {
        const scores = reward.score(lowering, image);
        lowering.network({ name: `reward ${name}`, network: "reward", value: scores });
        const value = meanOfFrames(lowering.b, scores, frames);
        return lowering.border({ name: `score ${ref}`, value, kind: "score" });
      },
    };
  },
});
