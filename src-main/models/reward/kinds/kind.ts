// What a row of the table of rewards is: how a kind is recognised, and how it is opened.

import type { RewardOptions } from "../../../common/reward-options.ts";
import type { RewardFiles } from "../reward-files.ts";
import type { OpenedReward } from "../reward.ts";

export interface RewardKind {
  /** As recipes and options call it. Written into files, so never renamed. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** By names of files and tensors; nothing is loaded. */
  readonly recognise: (files: RewardFiles) => boolean;
  /** @throws Refusal if files are missing or do not fit together */
  readonly open: (files: RewardFiles, options: RewardOptions) => OpenedReward;
}
