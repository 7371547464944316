// Edges as ControlNet was trained on: Canny 1986, with the choices of OpenCV's Canny: gradients by Sobel, |x| + |y| as their length.

import { elementAt } from "../diffusion/element-at.ts";
import type { Picture } from "./picture.ts";

/** Of the gradient of brightness 0…255: an edge begins above `high`, and goes on above `low`. The usual ones with ControlNet. */
const THRESHOLDS = { low: 100, high: 200 };
const TAN_22 = Math.tan(Math.PI / 8);

/** White edges on black, of the same size. */
export function cannyEdges({ width, height, data }: Picture, { low, high } = THRESHOLDS): Picture {
  const grey = Float32Array.from({ length: width * height }, (_, i) => {
    const [r, g, b] = [elementAt(data, 3 * i), elementAt(data, 3 * i + 1), elementAt(data, 3 * i + 2)];
    return Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  });
  // At the border the nearest pixel is repeated.
  const at = (x: number, y: number): number =>
    elementAt(grey, Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1));
  const dx = new Float32Array(grey.length);
  const dy = new Float32Array(grey.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = (dir: number): number => at(x - 1, y + dir) + 2 * at(x, y + dir) + at(x + 1, y + dir);
      const column = (dir: number): number => at(x + dir, y - 1) + 2 * at(x + dir, y) + at(x + dir, y + 1);
      dx[y * width + x] = column(1) - column(-1);
      dy[y * width + x] = row(1) - row(-1);
    }
  }
  const length = dx.map((value, i) => Math.abs(value) + Math.abs(elementAt(dy, i)));
  const isPeak = (i: number): boolean => peaks(i, { width, height, dx, dy, length });
  return drawEdges({ width, height, length, isPeak, low, high });
}

interface Gradients {
  readonly width: number;
  readonly height: number;
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  readonly length: Float32Array;
}

/** Whether the gradient is largest across the edge. */
function peaks(i: number, { width, height, dx, dy, length }: Gradients): boolean {
  const [x, y] = [i % width, Math.floor(i / width)];
  const [gx, gy, own] = [elementAt(dx, i), elementAt(dy, i), elementAt(length, i)];
  const near = (stepX: number, stepY: number): number => {
    const [toX, toY] = [x + stepX, y + stepY];
    return toX < 0 || toY < 0 || toX >= width || toY >= height ? 0 : elementAt(length, toY * width + toX);
  };
  if (Math.abs(gy) < TAN_22 * Math.abs(gx)) return own > near(-1, 0) && own >= near(1, 0);
  if (Math.abs(gx) < TAN_22 * Math.abs(gy)) return own > near(0, -1) && own >= near(0, 1);
  const side = gx * gy < 0 ? -1 : 1;
  return own > near(-side, -1) && own > near(side, 1);
}

interface Candidates extends Pick<Gradients, "width" | "height" | "length"> {
  readonly isPeak: (i: number) => boolean;
  readonly low: number;
  readonly high: number;
}

/** From every strong pixel along all weak ones that touch. */
function drawEdges({ width, height, length, isPeak, low, high }: Candidates): Picture {
  const data = new Uint8Array(3 * width * height);
  const mark = (i: number): void => void data.fill(255, 3 * i, 3 * i + 3);
  const isNew = (i: number, above: number): boolean => data[3 * i] === 0 && elementAt(length, i) > above && isPeak(i);
  const open: number[] = [];
  for (let i = 0; i < length.length; i++) {
    if (!isNew(i, high)) continue;
    mark(i);
    open.push(i);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [x, y] = [next % width, Math.floor(next / width)];
      for (let toY = Math.max(y - 1, 0); toY <= Math.min(y + 1, height - 1); toY++) {
        for (let toX = Math.max(x - 1, 0); toX <= Math.min(x + 1, width - 1); toX++) {
          const neighbour = toY * width + toX;
          if (!isNew(neighbour, low)) continue;
          mark(neighbour);
          open.push(neighbour);
        }
      }
    }
  }
  return { width, height, data };
}
