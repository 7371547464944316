// The image that steers, as ControlNets see it.

import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { cannyEdges } from "../pictures/canny.ts";
import { readPicture, resizePicture, toNetwork } from "../pictures/picture.ts";

/** @returns [1, 3, height, width] in 0…1 */
export async function readControlPicture(
  file: string,
  kind: "canny" | "none",
  { height, width }: { readonly height: number; readonly width: number },
): Promise<FloatTensor> {
  const resized = await resizePicture(await readPicture(file), width, height);
  const seen = kind === "canny" ? cannyEdges(resized) : resized;
  return floatTensor(
    [1, 3, height, width],
    toNetwork(seen).map((value) => (value + 1) / 2),
  );
}
