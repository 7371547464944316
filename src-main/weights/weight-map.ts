// Where the weights of a network lie: every tensor's name, type and byte range in the user's own file.

import type { TensorType } from "../common/tensor.ts";

/** A tensor inside a file, never read into memory: onnxruntime maps the byte range itself. */
export interface WeightLocation extends TensorType {
  /** Absolute path of the file. */
  readonly file: string;
  /** First byte of the data in the file, and its length in bytes. */
  readonly offset: number;
  readonly length: number;
  /** The file holds this matrix the other way round: [b, a] where the shape here says [a, b]. */
  readonly transposed?: true;
}

/** By the canonical (diffusers or transformers) tensor name. */
export type WeightMap = ReadonlyMap<string, WeightLocation>;
