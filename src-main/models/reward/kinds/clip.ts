// CLIPModel (transformers) as it is: the cosine of picture and prompt. OpenAI's ViT-L/14, LAION's ViT-H/14, and rewards trained from them.

import { join } from "node:path";
import type { RewardOptions, ScoreScale } from "../../../common/reward-options.ts";
import { readComponentWeights } from "../../../weights/component-weights.ts";
import type { WeightMap } from "../../../weights/weight-map.ts";
import { clipConfig } from "../../clip/clip-config.ts";
import { readConfig } from "../../parse-config.ts";
import { createClipTokenizer } from "../../tokenizer/clip-tokenizer.ts";
import { type ClipParts, clipReward } from "../clip-reward.ts";
import { readPreprocessor } from "../preprocessor-config.ts";
import { readRewardTokenizer } from "../read-reward-tokenizer.ts";
import type { RewardFiles } from "../reward-files.ts";
import type { OpenedReward } from "../reward.ts";
import type { RewardKind } from "./kind.ts";

export const clip: RewardKind = {
  name: "clip",
  title: "CLIP reward",
  recognise: isClipModel,
  open: (files, options) => openClipModel(files, options, "cosine"),
};

export function isClipModel({ className, isFile, loose }: RewardFiles): boolean {
  return className === "CLIPModel" && (!isFile || loose.some(({ tensors }) => tensors.has("visual_projection.weight")));
}

/** @param scale as the reward is published */
export function openClipModel(files: RewardFiles, options: RewardOptions, scale: ScoreScale): OpenedReward {
  return clipReward({ ...readClipModel(files), scale }, options);
}

export function readClipModel(files: RewardFiles): Omit<ClipParts, "scale"> {
  const { path, folder } = files;
  const config = readConfig(clipConfig, folder);
  return {
    path,
    config,
    weights: weightsOf(files),
    tokenizer: createClipTokenizer(readRewardTokenizer(folder, join(folder, "config.json"), config.text_config)),
    preprocessing: readPreprocessor(folder, config.vision_config.image_size),
  };
}

function weightsOf({ folder, isFile, loose: [file] }: RewardFiles): WeightMap {
  return isFile && file !== undefined ? file.tensors : readComponentWeights(folder);
}
