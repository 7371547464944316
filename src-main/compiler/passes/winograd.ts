// 3×3 convolutions by Winograd's algorithm F(4×4, 3×3): tiles of 4×4 results from 36 products a channel where there were 144
// (Lavin and Gray 2015, https://arxiv.org/abs/1509.09308). With tiles d of 6×6 and kernels g it is Y = Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A, in which
// ⊙ and the sum over channels are 36 matrix products.

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import { turnedFrom } from "../ops/turned-kernel.ts";
import { at } from "../shapes.ts";
import { isPlain3x3 } from "./plain-convolution.ts";
import { rewrite } from "./rewrite.ts";

/** Rows and columns of a tile of results, and of what it reads. */
const [TILE, WINDOW] = [4, 6];

export interface WinogradLimits {
  /** With fewer channels the transforms cost more than the products that are saved. */
  readonly leastChannels: number;
  /** With fewer tiles the transform of the kernels costs more; it is made anew in every run, since it is four times as large as they are. */
  readonly leastTiles: number;
  /**
   * Larger images are convolved in bands of rows, so that what lies between takes 8 MiB at most, or what one row of tiles takes, or as much
   * as the transformed kernels, which every band reads anew.
   */
  readonly mostElements: number;
}

/** Measured in docs/benchmarks.md. */
const LIMITS: WinogradLimits = { leastChannels: 96, leastTiles: 48, mostElements: 2 ** 21 };

const B = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];
const G = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
];
/** Transposed, so that all three have a row for each of the six products along an axis. */
const A = [
  [1, 0, 0, 0],
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 2, 4, 8],
  [1, -2, 4, -8],
  [0, 0, 0, 1],
];

/**
 * Convolutions of a CPU, whose time is that of products; in float32 results differ by some 1e-5 of the largest.
 *
 * @param graph as `optimize` leaves it
 */
export function useWinograd(graph: Graph, limits = LIMITS): Graph {
  let matrices: Matrices | undefined;
  return rewrite(graph, (b, { op, attributes }, [x, w, bias]) => {
    if (op !== "Conv" || x?.shape.length !== 4 || !isPlain3x3(attributes, w) || !pays(x, w, limits)) return null;
    matrices ??= makeMatrices(b);
    const kernel = kernelOf(b, w);
    return convolve(b, { x, kernel, bias: bias ?? null, matrices, mostElements: limits.mostElements });
  });
}

function pays(x: Value, w: Value, { leastChannels, leastTiles }: WinogradLimits): boolean {
  const channels = Math.min(at(w.shape, 0), at(w.shape, 1));
  return channels >= leastChannels && at(x.shape, 0) * tilesAlong(x, 2) * tilesAlong(x, 3) >= leastTiles;
}

function tilesAlong(x: Value, axis: number): number {
  return Math.ceil(at(x.shape, axis) / TILE);
}

interface Kernel {
  /** [outer · inner, 9], as it lies in its file. */
  readonly rows: Value;
  readonly outer: number;
  readonly inner: number;
  /** Whether the convolution turns the kernel round and swaps its channels, as gradients do. */
  readonly isTurned: boolean;
}

/** A kernel that is turned round need not be: its transform is that of the plain kernel by another matrix. */
function kernelOf(b: GraphBuilder, w: Value): Kernel {
  const plain = turnedFrom(b, w);
  const kernel = plain ?? w;
  const [outer, inner] = [at(kernel.shape, 0), at(kernel.shape, 1)];
  return { rows: b.reshape(kernel, [outer * inner, 9]), outer, inner, isTurned: plain !== null };
}

/** The constants of the algorithm, once for all convolutions of a graph. */
interface Matrices {
  /** Bᵀ·d·B as a convolution, [36, 1, 6, 6]. */
  readonly windows: Value;
  /** G·g·Gᵀ as matrices of the taps of a kernel, [36, 9], and of those of a kernel that is turned round. */
  readonly kernel: Value;
  readonly turnedKernel: Value;
  /** Aᵀ·m·A as a transposed convolution, [36, 1, 4, 4]. */
  readonly results: Value;
}

function makeMatrices(b: GraphBuilder): Matrices {
  const products = WINDOW ** 2;
  const turned = G.map((row) => row.toReversed());
  return {
    windows: b.constant("float32", [products, 1, WINDOW, WINDOW], pairsOf(B)),
    kernel: b.constant("float32", [products, 9], pairsOf(G)),
    turnedKernel: b.constant("float32", [products, 9], pairsOf(turned)),
    results: b.constant("float32", [products, 1, TILE, TILE], pairsOf(A)),
  };
}

interface Convolution {
  readonly x: Value;
  readonly kernel: Kernel;
  readonly bias: Value | null;
  readonly matrices: Matrices;
  readonly mostElements: number;
}

function convolve(b: GraphBuilder, { x, kernel, bias, matrices, mostElements }: Convolution): Value {
  const kernels = transformKernel(b, x, kernel, matrices);
  const out = at(kernels.shape, 1);
  const height = at(x.shape, 2);
  const elementsOfRow = WINDOW ** 2 * at(x.shape, 0) * Math.max(out, at(x.shape, 1)) * tilesAlong(x, 3);
  const most = Math.max(mostElements, elementCount(kernels.shape));
  const rows = Math.max(1, Math.floor(most / elementsOfRow)) * TILE;
  const bands = Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
    const [start, end] = [i * rows, Math.min(height, (i + 1) * rows)];
    // A row more on both sides is read, or is padding.
    const [above, below] = [Math.min(start, 1), Math.min(height - end, 1)];
    const band = start === 0 && end === height ? x : b.slice(x, 2, start - above, end + below);
    return convolveBand(b, { x: band, height: end - start, above, below, kernels, bias, matrices });
  });
  return b.concat(bands, 2);
}

/** G·g·Gᵀ of all kernels, [36, out, in]. */
function transformKernel(b: GraphBuilder, x: Value, { rows, outer, inner, isTurned }: Kernel, m: Matrices): Value {
  // After x, or onnxruntime would keep the transforms of all kernels from the time of loading.
  const late = b.after(isTurned ? m.turnedKernel : m.kernel, x);
  const all = b.reshape(b.op("Gemm", [late, rows, null], { transA: 0, transB: 1 }), [WINDOW ** 2, outer, inner]);
  return isTurned ? b.transpose(all, [0, 2, 1]) : all;
}

interface Band {
  /** [batch, channels, above + height + below, width]. */
  readonly x: Value;
  readonly height: number;
  readonly above: number;
  readonly below: number;
  /** Transformed, [36, out, channels]. */
  readonly kernels: Value;
  readonly bias: Value | null;
  readonly matrices: Matrices;
}

function convolveBand(b: GraphBuilder, { x, height, above, below, kernels, bias, matrices }: Band): Value {
  const [batch, channels, , width] = x.shape as readonly [number, number, number, number];
  const out = at(kernels.shape, 1);
  const [down, across] = [Math.ceil(height / TILE), Math.ceil(width / TILE)];
  const tiles = down * across;
  // Beyond the last row and column, to whole tiles.
  const [restDown, restAcross] = [down * TILE - height, across * TILE - width];
  const attributes = { strides: [TILE, TILE], dilations: [1, 1], group: 1 };

  // Every channel is an image of its own, and becomes [36, down, across].
  const channelImages = b.reshape(x, [batch * channels, 1, at(x.shape, 2), width]);
  const pads = [1 - above, 1, 1 - below + restDown, 1 + restAcross];
  const windows = b.op("Conv", [channelImages, matrices.windows, null], { ...attributes, pads });
  const ordered = b.transpose(b.reshape(windows, [batch, channels, WINDOW ** 2, tiles]), [2, 1, 0, 3]);
  const products = b.matmul(kernels, b.reshape(ordered, [WINDOW ** 2, channels, batch * tiles]));

  // Tiles of results do not overlap: those of all images are gathered as rows of one.
  const stacked = b.reshape(products, [1, WINDOW ** 2, out * batch * down, across]);
  const gathered = b.op("ConvTranspose", [stacked, matrices.results, null], {
    ...attributes,
    pads: [0, 0, 0, restAcross],
    output_padding: [0, 0],
  });
  const images = b.reshape(gathered, [out, batch, down * TILE, width]);
  const cut = restDown === 0 ? images : b.slice(images, 2, 0, height);
  const y = batch === 1 ? b.reshape(cut, [1, out, height, width]) : b.transpose(cut, [1, 0, 2, 3]);
  return bias === null ? y : b.add(y, b.reshape(bias, [1, out, 1, 1]));
}

/** For both axes at once: of rows i, j and columns k, l the products m[i][k]·m[j][l], by i, j, k, l. */
function pairsOf(m: readonly (readonly number[])[]): number[] {
  return m.flatMap((down) => m.flatMap((across) => down.flatMap((n) => across.map((o) => n * o))));
}
