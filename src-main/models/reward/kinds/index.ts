// All kinds of rewards, the most particular first. A new one is a file of its own and a word here.

import { aesthetic } from "./aesthetic.ts";
import { clip } from "./clip.ts";
import { hps } from "./hps.ts";
import { imageReward } from "./image-reward.ts";
import type { RewardKind } from "./kind.ts";
import { openClip } from "./open-clip.ts";
import { pickScore } from "./pick-score.ts";
import { rewardLora } from "./reward-lora.ts";
import { trainedHead } from "./trained-head.ts";

export const rewardKinds: readonly RewardKind[] = [
  imageReward,
  aesthetic,
  trainedHead,
  rewardLora,
  pickScore,
  clip,
  hps,
  openClip,
];
