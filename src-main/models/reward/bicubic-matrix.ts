// Bicubic resizing as a matrix, so that it is two matrix products in a graph and differentiates like any other.

// Keys' kernel with a = −0.5, as Pillow and PyTorch (antialias=True) use it; without antialiasing PyTorch uses −0.75.
const ANTIALIASED = -0.5;
const POINTWISE = -0.75;

export interface ResizeOptions {
  /** Widens the kernel with the scale when shrinking, so that every pixel counts. */
  readonly antialias: boolean;
}

/**
 * The rows say how each of `to` pixels is mixed from `from` pixels: row-major [to, from], every row sums to 1.
 * Applied to the columns and then to the rows of a picture.
 */
export function bicubicMatrix(from: number, to: number, { antialias }: ResizeOptions): Float64Array {
  const scale = from / to;
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const a = antialias ? ANTIALIASED : POINTWISE;
  const matrix = new Float64Array(to * from);
  for (let row = 0; row < to; row++) {
    const centre = scale * (row + 0.5);
    const weights = antialias ? window(centre, stretch, from, a) : fourTaps(centre, from, a);
    const sum = weights.reduce((total, { weight }) => total + weight, 0);
    for (const { column, weight } of weights) {
      const position = row * from + column;
      matrix[position] = (matrix[position] ?? 0) + weight / sum;
    }
  }
  return matrix;
}

interface Tap {
  readonly column: number;
  readonly weight: number;
}

/** All pixels under the stretched kernel; those beyond the edge are left out, and the rest share their weight. */
function window(centre: number, stretch: number, from: number, a: number): Tap[] {
  const support = 2 * stretch;
  const first = Math.max(Math.floor(centre - support + 0.5), 0);
  const end = Math.min(Math.floor(centre + support + 0.5), from);
  return Array.from({ length: end - first }, (_, i) => {
    return { column: first + i, weight: cubic((first + i + 0.5 - centre) / stretch, a) };
  });
}

/** The four nearest pixels; beyond the edge the last pixel is repeated. */
function fourTaps(centre: number, from: number, a: number): Tap[] {
  const base = Math.floor(centre - 0.5);
  return [-1, 0, 1, 2].map((step) => {
    const column = Math.min(Math.max(base + step, 0), from - 1);
    return { column, weight: cubic(centre - 0.5 - (base + step), a) };
  });
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing", equation 4. */
function cubic(x: number, a: number): number {
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return 0;
}
