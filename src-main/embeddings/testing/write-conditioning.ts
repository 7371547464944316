// A file with an embedding alone, of which nothing more is told.

import { floatTensor } from "../../common/tensor.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";

/** Numbers that differ from one another, [1, tokens, width] */
export function writeConditioning(file: string, width: number, tokens = 77): void {
  const data = new Float32Array(tokens * width).map((_, i) => Math.sin(i));
  writeSafetensors(file, { conditioning: floatTensor([1, tokens, width], data) });
}
