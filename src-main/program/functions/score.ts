// How good an image is for its prompt, by a reward model.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { filePath } from "../../common/path-name.ts";
import { rewardOptions } from "../../common/reward-options.ts";
import { defineFunction } from "../function.ts";
import { eachFrame, meanOfFrames } from "./frame-scores.ts";
import { rewardText } from "./reward-text.ts";
import { factsOfScored } from "./score-facts.ts";

export const score = defineFunction({
  name: "score",
  help: "Scores an image for the prompt that it was drawn from, by a reward model; of a video, the mean over its frames.",
  inputs: { image: { kind: "image" } },
  output: "score",
  settings: z.strictObject({ path: filePath, ...rewardOptions }),
  paths: ["path", "base"],
  infer: ({ inputs: { image } }) => factsOfScored(image),
  open({ ref, inputs: { image }, settings: { path, ...options }, host }) {
    const reward = host.reward(path, options);
    const { text, name } = reward;
    const { prompts, frames } = image;
    if (text !== null && prompts === null) {
      refuse({
        code: "score-prompt",
        at: { port: "image" },
        message: `${name} scores an image for its prompt, but this image is drawn from none`,
        help: "connect an Encoder with prompts to the positive side, or choose a reward that looks at the image alone",
      });
    }
    return {
      ref,
      name,
      reward,
      ...(text === null || prompts === null ? {} : { prompts }),
      lower(lowering) {
        const features =
          prompts === null
            ? {}
            : rewardText(lowering, { reward, prompts, key: `${path} ${JSON.stringify(options)}`, host });
        const { b } = lowering;
        const scores = reward.score(b, image.lower(lowering), eachFrame(b, features, frames));
        lowering.network({ name: `reward ${name}`, network: "reward", value: scores });
        const value = meanOfFrames(b, scores, frames);
        return lowering.border({ name: `score ${ref}`, value, kind: "score" });
      },
    };
  },
});
