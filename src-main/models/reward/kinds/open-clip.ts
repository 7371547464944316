// Any CLIP in OpenCLIP's names with its open_clip_config.json: the cosine of picture and prompt, prepared as the config says.

import { clipReward } from "../clip-reward.ts";
import { OPEN_CLIP_MARK, readOpenClipModel } from "../open-clip-model.ts";
import { looseFileWith } from "../reward-files.ts";
import { openClipFile } from "./hps.ts";
import type { RewardKind } from "./kind.ts";

export const openClip: RewardKind = {
  name: "open-clip",
  title: "CLIP reward (OpenCLIP)",
  recognise: (files) => looseFileWith(files, OPEN_CLIP_MARK) !== undefined,
  open: (files, options) => {
    const model = readOpenClipModel(openClipFile(files), files.folder, files.path);
    return clipReward({ ...model, scale: "cosine" }, options);
  },
};
