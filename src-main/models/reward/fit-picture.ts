// Pictures of any size to the one at which a reward looks at all of them, outside of a graph: as the reward itself would resize and crop them,
// so that what it then does to them changes nothing.

import { fit, type PixelSize, type Preprocessing } from "./preprocess.ts";

/** [3, height, width] in −1…1 */
export interface Pixels extends PixelSize {
  readonly data: Float32Array;
}

/** As large as pictures are when the reward has resized them; `undefined`: each keeps a size of its own. */
export function fittedSize({ resize, crop }: Preprocessing): PixelSize | undefined {
  if (resize === null) return crop ?? undefined;
  if ("height" in resize) return resize;
  if ("shortest" in resize) return { height: resize.shortest, width: resize.shortest };
  return crop ?? { height: resize.longest, width: resize.longest };
}

const BLACK = -1;

/** @param size as `fittedSize` gives it */
export function fitPicture({ data, height, width }: Pixels, size: PixelSize, preprocessing: Preprocessing): Pixels {
  const { rows, columns, crop } = fit({ height, width }, { ...preprocessing, crop: size });
  const area = height * width;
  const fitted = new Float32Array(3 * crop.height * crop.width);
  for (let colour = 0; colour < 3; colour++) {
    // Beyond the picture it is black, which is 0 only where colours are counted from black.
    const plane = data.subarray(colour * area, (colour + 1) * area).map((value) => value - BLACK);
    const vertical = rows === null ? plane : mixRows(plane, width, rows, crop.height);
    const whole = columns === null ? vertical : mixColumns(vertical, width, columns, crop.width);
    fitted.set(
      whole.map((value) => value + BLACK),
      colour * crop.height * crop.width,
    );
  }
  return { ...crop, data: fitted };
}

/** matrix [to, from] · plane [from, width] */
function mixRows(plane: Float32Array, width: number, matrix: Float64Array, to: number): Float32Array {
  const from = plane.length / width;
  const mixed = new Float64Array(to * width);
  for (let row = 0; row < to; row++) {
    for (let source = 0; source < from; source++) {
      const weight = matrix[row * from + source] ?? 0;
      if (weight === 0) continue;
      for (let x = 0; x < width; x++) {
        const place = row * width + x;
        mixed[place] = (mixed[place] ?? 0) + weight * (plane[source * width + x] ?? 0);
      }
    }
  }
  return Float32Array.from(mixed);
}

/** plane [height, from] · matrixᵀ [from, to] */
function mixColumns(plane: Float32Array, from: number, matrix: Float64Array, to: number): Float32Array {
  const height = plane.length / from;
  const mixed = new Float32Array(height * to);
  for (let column = 0; column < to; column++) {
    // Few pixels count for each, and they lie side by side.
    const weights = matrix.subarray(column * from, (column + 1) * from);
    const first = weights.findIndex((weight) => weight !== 0);
    const last = weights.findLastIndex((weight) => weight !== 0);
    for (let row = 0; row < height && first >= 0; row++) {
      let sum = 0;
      for (let source = first; source <= last; source++)
        sum += (weights[source] ?? 0) * (plane[row * from + source] ?? 0);
      mixed[row * to + column] = sum;
    }
  }
  return mixed;
}
