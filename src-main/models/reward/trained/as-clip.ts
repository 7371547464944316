// A reward that something can be trained of: one that looks through a CLIP.

import { refuse } from "../../../common/diagnostic.ts";
import type { Reward, RewardClip } from "../reward.ts";

export type ClipReward = Reward & { readonly clip: RewardClip };

/** @returns the same, so that what is opened of it is opened once. @throws Refusal for a reward that nothing can be trained of */
export function asClip(reward: Reward): ClipReward {
  if (isClip(reward)) return reward;
  return refuse({
    code: "reward-untrainable",
    at: { file: reward.path },
    message: `${reward.title} cannot be trained: it is no CLIP`,
    help: "choose a CLIP, HPSv2 or PickScore as the base model",
  });
}

function isClip(reward: Reward): reward is ClipReward {
  return reward.clip !== undefined;
}
