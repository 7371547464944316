// How much of each colour is in an image: Σ weight · mean of the channel, with three weights from a file.

import { basename } from "node:path";
import { readAll } from "../../scope.ts";
import type { RewardKind } from "../kinds/kind.ts";
import { looseFileWith } from "../reward-files.ts";

/** float32 [3]: for red, green and blue. */
const TENSOR = "colour_mix";

export const colourMix: RewardKind = {
  name: "colour-mix",
  title: "Colour mix",
  recognise: (files) => looseFileWith(files, TENSOR) !== undefined,
  open(files) {
    const { file = files.path, tensors = new Map() } = looseFileWith(files, TENSOR) ?? {};
    return {
      name: basename(files.path),
      path: files.path,
      weights: tensors,
      facts: { score: "the mean of red, green and blue by three weights, whatever the prompt" },
      text: null,
      score: (b, image) =>
        readAll(b, tensors, { file }, (scope) => {
          const channels = b.mean(image, [2, 3], 0);
          return b.sum(b.mul(channels, scope.weight(TENSOR, [3])), [1], 0);
        }),
    };
  },
};
