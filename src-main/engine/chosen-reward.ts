// The reward that a user names: a path, or one that comes with the program.

import type { RewardOptions } from "../common/reward-options.ts";
import { embedded } from "../models/embedded.ts";
import type { ChosenReward } from "../sampling/image-program.ts";

const EMBEDDED_REWARDS: Readonly<Record<string, string>> = {
  preference: embedded.rewards.preference,
  "held-out": embedded.rewards.heldOut,
};

export function chosenReward({
  reward,
  kind,
  score,
  antialias,
  base,
}: RewardOptions & { readonly reward: string }): ChosenReward {
  return { path: EMBEDDED_REWARDS[reward] ?? reward, kind, score, antialias, base };
}
