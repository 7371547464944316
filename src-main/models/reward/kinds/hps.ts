// HPSv2 and HPSv2.1 (Wu et al. 2023, arXiv:2306.09341): OpenCLIP's ViT-H/14. The score is the bare cosine, of the whole picture with a black border.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { refuse } from "../../../common/diagnostic.ts";
import { clipReward } from "../clip-reward.ts";
import { OPEN_CLIP_CONFIG, OPEN_CLIP_MARK, readOpenClipModel } from "../open-clip-model.ts";
import { looseFileWith, type RewardFiles, type WeightFile } from "../reward-files.ts";
import type { RewardKind } from "./kind.ts";

export const hps: RewardKind = {
  name: "hps",
  title: "HPSv2",
  // It is published as a bare file; others in OpenCLIP's names come with a config, unless the name says HPS.
  recognise: (files) => {
    const found = looseFileWith(files, OPEN_CLIP_MARK);
    if (found === undefined) return false;
    return /hps/i.test(basename(found.file)) || !existsSync(join(files.folder, OPEN_CLIP_CONFIG));
  },
  open: (files, options) => {
    const model = readOpenClipModel(openClipFile(files), files.folder, files.path);
    const longest = model.config.vision_config.image_size;
    const preprocessing = { ...model.preprocessing, resize: { longest } };
    return clipReward({ ...model, preprocessing, scale: "cosine" }, options);
  },
};

export function openClipFile(files: RewardFiles): WeightFile {
  const found = looseFileWith(files, OPEN_CLIP_MARK);
  if (found !== undefined) return found;
  return refuse({
    code: "reward-files",
    at: { file: files.path },
    message: "no weights in OpenCLIP's names lie here",
    help: "docs/rewards.md says which files this kind of reward needs",
  });
}
