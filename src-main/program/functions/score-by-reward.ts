// How good an image is, by a reward that is learned.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { defineFunction } from "../function.ts";

export const scoreByReward = defineFunction({
  name: "score by reward",
  help: "Scores an image by a reward that is learned.",
  inputs: { image: { kind: "image" }, reward: { kind: "reward" } },
  output: "score",
  settings: z.strictObject({}),
  infer: ({ inputs: { image } }) => ({
    images: [image.ref],
    ...(image.facts.prompts === undefined ? {} : { prompts: image.facts.prompts }),
  }),
  open({ ref, inputs: { image, reward } }) {
    const { name, base, isReading, contrast } = reward;
    const { prompts } = image;
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
        const value = reward.score(lowering, image);
        lowering.network({ name: `reward ${name}`, network: "reward", value });
        return lowering.border({ name: `score ${ref}`, value, kind: "score" });
      },
    };
  },
});
