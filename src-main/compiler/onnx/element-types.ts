// ONNX's numbers for element types.

import { TensorProto_DataType as Onnx } from "onnx-buf";
import type { DataType } from "../../common/tensor.ts";

const numbers: { readonly [D in DataType]: number } = {
  float64: Onnx.DOUBLE,
  float32: Onnx.FLOAT,
  float16: Onnx.FLOAT16,
  bfloat16: Onnx.BFLOAT16,
  int64: Onnx.INT64,
  int32: Onnx.INT32,
  int16: Onnx.INT16,
  int8: Onnx.INT8,
  uint8: Onnx.UINT8,
  bool: Onnx.BOOL,
};

export const ELEMENT_TYPES: ReadonlyMap<string, number> = new Map(Object.entries(numbers));

export function dataTypeOf(elementType: number): DataType | undefined {
  // Object.entries widens the keys of `numbers`, which are DataType.
  return (Object.keys(numbers) as DataType[]).find((dtype) => numbers[dtype] === elementType);
}
