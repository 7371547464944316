// The tensors of an ONNX model: numbers in the model itself, or a byte range of another file.

import { TensorProto_DataLocation, type TensorProto } from "onnx-buf";
import { counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";
import { byteCount, elementCount, printType, type Shape, type TensorType } from "../../common/tensor.ts";
import type { Constant, ExternalWeight } from "../graph.ts";
import { dataTypeOf } from "./element-types.ts";
import { packNumbers, unpackNumbers } from "./pack-numbers.ts";

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** @param file the model, for messages */
export function decodeConstant(tensor: TensorProto, file: string): Constant {
  const type = decodeTensorType(tensor, file);
  const data = numbersOf(tensor, type);
  const needed = elementCount(type.shape);
  if (data.length === needed) return { ...type, data };
  return refuse({
    code: "onnx-tensor",
    at: { file, part: tensor.name },
    message: `the tensor has ${counted(data.length, "number")}, but ${printType(type)} has ${needed}`,
    help: "download the file again",
  });
}

/** @param resolve see DecodeOptions */
export function decodeWeight(tensor: TensorProto, file: string, resolve: (location: string) => string): ExternalWeight {
  const type = decodeTensorType(tensor, file);
  const entry = (key: string): string | undefined => tensor.externalData.find((pair) => pair.key === key)?.value;
  const needed = byteCount(type);
  const [location, offset, length] = [
    entry("location"),
    Number(entry("offset") ?? 0),
    Number(entry("length") ?? needed),
  ];
  if (location !== undefined && isSize(offset) && length === needed) {
    return { ...type, file: resolve(location), offset, length };
  }
  return refuse({
    code: "onnx-tensor",
    at: { file, part: tensor.name },
    message: `the external data at ${location}, ${offset}, is ${counted(length, "byte")} long, but ${printType(type)} takes ${needed}`,
    help: "download the file again",
  });
}

/** Dimensions of a tensor that can exist. */
export function isShape(shape: Shape): boolean {
  return shape.every(isSize) && isSize(elementCount(shape));
}

export function decodeTensorType({ name, dataType, dims }: TensorProto, file: string): TensorType {
  const dtype = dataTypeOf(dataType);
  const shape = dims.map(Number);
  if (dtype !== undefined && isShape(shape)) return { dtype, shape };
  return refuse({
    code: "onnx-tensor",
    at: { file, part: name },
    message: `tensors of element type ${dataType} and shape [${shape.join(", ")}] are not supported`,
    help: "use the safetensors files of the same model, or export it in float32 or float16",
  });
}

function numbersOf(tensor: TensorProto, { dtype }: TensorType): Float64Array {
  if (tensor.rawData.length > 0) return unpackNumbers(dtype, tensor.rawData);
  switch (dtype) {
    case "float32":
      return Float64Array.from(tensor.floatData);
    case "float64":
      return Float64Array.from(tensor.doubleData);
    case "int64":
      return Float64Array.from(tensor.int64Data, Number);
    case "float16":
    case "bfloat16":
      // The bits of one number in each int32; those of a uint16 are the same as of an int16.
      return unpackNumbers(dtype, packNumbers("int16", Float64Array.from(tensor.int32Data)));
    default:
      return Float64Array.from(tensor.int32Data);
  }
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
