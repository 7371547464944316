// Small tensors from their places in files into memory, in an element type that programs compute with.

import type { Tensor, TensorType } from "../common/tensor.ts";
import { readRange, withOpenFile } from "./byte-range.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half-float.ts";
import type { WeightLocation } from "./weight-map.ts";

/** As `decodeTensor` has it. */
export function readTensorAt(location: WeightLocation): Tensor {
  const { file, offset, length } = location;
  return withOpenFile(file, (opened) => decodeTensor(location, readRange(opened, offset, length)));
}

/** As float32, whatever the file holds. */
export function floatsAt(location: WeightLocation): Float32Array {
  const { data } = readTensorAt(location);
  return data instanceof Float32Array ? data : Float32Array.from(data, Number);
}

/**
 * Half floats become float32; 8- and 16-bit integers become int32.
 * @param bytes starts its own buffer, so that every element type is aligned
 */
export function decodeTensor({ dtype, shape }: TensorType, { buffer }: Uint8Array<ArrayBuffer>): Tensor {
  switch (dtype) {
    case "float64":
      return { dtype, shape, data: new Float64Array(buffer) };
    case "float32":
      return { dtype, shape, data: new Float32Array(buffer) };
    case "float16":
      return { dtype: "float32", shape, data: float16ToFloat32(new Uint16Array(buffer)) };
    case "bfloat16":
      return { dtype: "float32", shape, data: bfloat16ToFloat32(new Uint16Array(buffer)) };
    case "int64":
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case "int32":
      return { dtype, shape, data: new Int32Array(buffer) };
    case "int16":
      return { dtype: "int32", shape, data: new Int32Array(new Int16Array(buffer)) };
    case "int8":
      return { dtype: "int32", shape, data: new Int32Array(new Int8Array(buffer)) };
    case "uint8":
      return { dtype: "int32", shape, data: new Int32Array(new Uint8Array(buffer)) };
    case "bool":
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}
