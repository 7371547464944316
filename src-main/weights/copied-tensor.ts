// A tensor of a file, to be written into another: as it lies there, or as float32 with other numbers in some places. No more than one is
// in memory at a time.

import { elementCount } from "../common/tensor.ts";
import { readRange, withOpenFile } from "./byte-range.ts";
import { floatsAt } from "./read-tensor.ts";
import type { WrittenTensor } from "./safetensors-writer.ts";
import type { WeightLocation } from "./weight-map.ts";

/** Bytes. */
const COPIED_AT_ONCE = 2 ** 22;

/** Byte for byte. */
export function copiedTensor(name: string, location: WeightLocation): WrittenTensor {
  const { dtype, shape, file, offset, length } = location;
  return {
    name,
    dtype,
    shape,
    *bytes() {
      for (let done = 0; done < length; done += COPIED_AT_ONCE) {
        const next = Math.min(COPIED_AT_ONCE, length - done);
        yield withOpenFile(file, (opened) => readRange(opened, offset + done, next));
      }
    },
  };
}

/** Numbers in place of those of a tensor from this element on. */
export interface Patch {
  readonly from: number;
  readonly data: Float32Array;
}

/** As float32: what has been learned is not rounded to the precision of the file. */
export function patchedTensor(name: string, location: WeightLocation, patches: readonly Patch[]): WrittenTensor {
  const { shape } = location;
  return {
    name,
    dtype: "float32",
    shape,
    *bytes() {
      const isWhole = patches.some(({ from, data }) => from === 0 && data.length === elementCount(shape));
      const numbers = isWhole ? new Float32Array(elementCount(shape)) : floatsAt(location);
      for (const { from, data } of patches) numbers.set(data, from);
      yield new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    },
  };
}
