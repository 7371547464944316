// A case opened on our side: what the peer is to be given, and how it is run once.

import type { FloatTensor } from "../../../src-main/common/tensor.ts";

export interface OpenedWork {
  /** The numbers that both sides start from. */
  readonly inputs: Readonly<Record<string, FloatTensor>>;
  /** The texts that images are drawn from, or that are encoded, in order. */
  readonly texts: readonly string[];
  /** What both sides must agree in. */
  readonly run: () => Promise<Readonly<Record<string, FloatTensor>>>;
  /** Bytes that the plan of a run foresees, and where its graph is cut. */
  readonly plan?: () => Promise<{ readonly foreseen: number; readonly cuts: readonly string[] }>;
}
