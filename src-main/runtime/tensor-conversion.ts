// Our tensors to onnxruntime's and back. The numbers are shared on the way in, and a copy of onnxruntime's own on the way out.

import type { Tensor } from "../common/tensor.ts";
import { type DeviceTensor, isOnDevice } from "./device-tensor.ts";
import { OrtTensor } from "./onnxruntime.ts";

export function toOrt(tensor: Tensor | DeviceTensor): OrtTensor {
  if (isOnDevice(tensor)) return tensor.onDevice;
  const { shape } = tensor;
  switch (tensor.dtype) {
    case "float32":
      return new OrtTensor("float32", tensor.data, shape);
    case "float64":
      return new OrtTensor("float64", tensor.data, shape);
    case "int64":
      return new OrtTensor("int64", tensor.data, shape);
    case "int32":
      return new OrtTensor("int32", tensor.data, shape);
    case "bool":
      return new OrtTensor("bool", tensor.data, shape);
  }
}

/** Throws on element types that our networks never give. */
export function fromOrt(name: string, { type: dtype, dims: shape, data }: OrtTensor): Tensor {
  if (dtype === "float32" && data instanceof Float32Array) return { dtype, shape, data };
  if (dtype === "float64" && data instanceof Float64Array) return { dtype, shape, data };
  if (dtype === "int64" && data instanceof BigInt64Array) return { dtype, shape, data };
  if (dtype === "int32" && data instanceof Int32Array) return { dtype, shape, data };
  if (dtype === "bool" && data instanceof Uint8Array) return { dtype, shape, data };
  throw new Error(`the output ${name} has the element type ${dtype}, which our networks never give`);
}
