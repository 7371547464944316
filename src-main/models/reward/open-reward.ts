// Opens a reward: what lies at a path decides which kind it is.

import { refuse } from "../../common/diagnostic.ts";
import type { RewardOptions } from "../../common/reward-options.ts";
import { weightFamilyOf } from "../../weights/weight-families.ts";
import { rewardKinds } from "./kinds/index.ts";
import type { RewardKind } from "./kinds/kind.ts";
import { refuseSeveral, type RewardFiles, rewardFiles } from "./reward-files.ts";
import type { Reward } from "./reward.ts";

/**
 * @param path a folder, or a file of weights
 * @throws Refusal if no kind of reward lies there, or its files do not fit together
 */
export function openReward(path: string, options: RewardOptions = {}): Reward {
  const files = rewardFiles(path);
  const { name: kind, title, open } = kindFor(files, options);
  return { ...open(files, options), kind, title };
}

/** What `openReward` would open there; `undefined` if it is nothing that it knows. */
export function rewardKindOf(path: string): RewardKind | undefined {
  return recogniseKind(rewardFiles(path));
}

function recogniseKind(files: RewardFiles): RewardKind | undefined {
  const found = rewardKinds.find(({ recognise }) => recognise(files));
  if (found !== undefined) refuseOtherRewards(files, found);
  return found;
}

/** Where files of several kinds lie in one folder, nobody knows which is meant; what is the folder itself goes before them. */
function refuseOtherRewards(files: RewardFiles, found: RewardKind): void {
  if (files.isFile || found.recognise({ ...files, loose: [] })) return;
  const rewards = files.loose.filter((file) => {
    const alone = { ...files, className: "", isFile: true, loose: [file] };
    return rewardKinds.some(({ recognise }) => recognise(alone));
  });
  if (rewards.length > 1) refuseSeveral(files.path, rewards);
}

function kindFor(files: RewardFiles, { kind: name }: RewardOptions): RewardKind {
  const found = name === undefined ? recogniseKind(files) : rewardKinds.find((kind) => kind.name === name);
  if (found !== undefined) return found;
  const known = rewardKinds.map((kind) => kind.name).join(", ");
  if (name !== undefined) {
    return refuse({
      code: "reward-kind",
      at: { file: files.path, part: "kind" },
      message: `no kind of reward is called "${name}"`,
      help: `the kinds are ${known}`,
    });
  }
  const family = files.isFile ? weightFamilyOf(files.loose[0]?.tensors ?? new Map()) : undefined;
  return refuse({
    code: "reward-unknown",
    at: { file: files.path },
    message:
      family === undefined
        ? "no known kind of reward lies here"
        : `this is no reward; by its tensors it is: ${family.title}`,
    help: "docs/rewards.md says which files each reward needs",
    command: "`reneg inspect` says what this is",
  });
}
