// The image that steers, as ControlNets see it.

import type { ControlKind } from "../common/applying.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { modelPath } from "../models/embedded.ts";
import { cannyEdges } from "../pictures/canny.ts";
import { readPicture, resizePicture, toNetwork } from "../pictures/picture.ts";
import type { PixelSize } from "../program/host.ts";
import { withOpenFile } from "../weights/byte-range.ts";

/**
 * @param file a path, or what comes with the program
 * @returns what reads it: [1, 3, height, width] in 0…1
 * @throws Refusal for a file that is not there, before anything is computed for it
 */
export function openControlPicture(
  file: string,
  kind: ControlKind,
  { height, width }: PixelSize,
): () => Promise<FloatTensor> {
  const path = modelPath(file);
  withOpenFile(path, () => undefined);
  return async () => {
    const resized = await resizePicture(await readPicture(path), width, height);
    const seen = kind === "canny" ? cannyEdges(resized) : resized;
    return floatTensor(
      [1, 3, height, width],
      toNetwork(seen).map((value) => (value + 1) / 2),
    );
  };
}
