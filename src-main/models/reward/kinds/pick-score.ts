// PickScore (Kirstain et al. 2023, arXiv:2305.01569): a CLIPModel like any other, published with its factor. Only its name tells.

import { openClipModel, isClipModel } from "./clip.ts";
import type { RewardKind } from "./kind.ts";

export const pickScore: RewardKind = {
  name: "pickscore",
  title: "PickScore",
  recognise: (files) => isClipModel(files) && /pick[-_ ]?score/i.test(files.path),
  open: (files, options) => openClipModel(files, options, "scaled"),
};
