// Tensors as plain data: an element type, a shape and the numbers in row-major order.

export type DataType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool";

export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DataType;
  readonly shape: Shape;
}

/** A tensor in memory. Only the element types that networks take or give: half floats stay in files. */
export type Tensor =
  | { readonly dtype: "float32"; readonly shape: Shape; readonly data: Float32Array }
  | { readonly dtype: "float64"; readonly shape: Shape; readonly data: Float64Array }
  | { readonly dtype: "int64"; readonly shape: Shape; readonly data: BigInt64Array }
  | { readonly dtype: "int32"; readonly shape: Shape; readonly data: Int32Array }
  | { readonly dtype: "bool"; readonly shape: Shape; readonly data: Uint8Array };

export type FloatTensor = Extract<Tensor, { dtype: "float32" }>;

export const BYTES_PER_ELEMENT: { readonly [D in DataType]: number } = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function byteCount({ dtype, shape }: TensorType): number {
  return elementCount(shape) * BYTES_PER_ELEMENT[dtype];
}

/** `float32[1, 77, 768]` */
export function printType({ dtype, shape }: TensorType): string {
  return `${dtype}[${shape.join(", ")}]`;
}

export function floatTensor(shape: Shape, data: Float32Array | readonly number[]): FloatTensor {
  const numbers = data instanceof Float32Array ? data : Float32Array.from(data);
  if (numbers.length !== elementCount(shape)) {
    throw new Error(`${numbers.length} numbers do not fill the shape [${shape.join(", ")}]`);
  }
  return { dtype: "float32", shape, data: numbers };
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
