// A reward of any kind as a network that can be run by itself: picture and prompt in, score out, preprocessing included.

import { refuse } from "../../common/diagnostic.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Network } from "../networks.ts";
import { openReward } from "./open-reward.ts";

/** @throws Refusal as `openReward` does */
export function openRewardNetwork(path: string): Network {
  const reward = openReward(path);
  const { text, weights } = reward;
  return {
    component: "reward",
    path,
    weights,
    build: (b, { image, input_ids: ids, attention_mask: mask }) => {
      if (image !== undefined && text !== null && ids === undefined) refuseWithoutPrompt(path);
      const allRead = (tokens: Value): Value =>
        b.constant(
          "int64",
          tokens.shape,
          new Float64Array(tokens.shape.reduce((count, side) => count * side, 1)).fill(1),
        );
      const features = text === null || ids === undefined ? {} : text.encode(b, ids, mask ?? allRead(ids));
      const named = Object.entries(features).map(([name, value]) => [`features.${name}`, value] as const);
      return {
        ...Object.fromEntries(named),
        ...(image === undefined ? {} : { score: reward.score(b, image, features) }),
      };
    },
  };
}

function refuseWithoutPrompt(path: string): never {
  refuse({
    code: "input-missing",
    at: { file: path },
    message: "this reward judges a picture by its prompt, and the inputs hold no input_ids",
    help: "write the ids of the prompt's tokens as input_ids, and attention_mask where some are padding",
  });
}
