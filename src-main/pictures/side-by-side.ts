// Several pictures of one size in a row.

import { PREVIEW_GAP as GAP } from "../common/preview-files.ts";
import type { Picture } from "./picture.ts";

export function sideBySide(pictures: readonly Picture[]): Picture {
  const [first] = pictures;
  if (first === undefined) throw new Error("a row of no pictures");
  const { width, height } = first;
  const wide = pictures.length * (width + GAP) - GAP;
  const data = new Uint8Array(3 * wide * height).fill(255);
  for (const [i, picture] of pictures.entries()) {
    for (let y = 0; y < height; y++) {
      const row = picture.data.subarray(3 * y * width, 3 * (y + 1) * width);
      data.set(row, 3 * (y * wide + i * (width + GAP)));
    }
  }
  return { width: wide, height, data };
}
