import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { AttributeProto_AttributeType as Type, ModelProtoSchema, TensorProto_DataType as Onnx } from "onnx-buf";
import { expect, test } from "vitest";
import { readOnnxModel } from "./read-model.ts";

test("nothing of a model refers to the bytes that it was read from", () => {
  const fixture = new URL("../../../../bench/parity/fixtures/onnx/onnx-unet-torchscript-17.onnx.gz", import.meta.url);
  const bytes = new Uint8Array(gunzipSync(readFileSync(fixture)));
  const model = read(bytes);
  expect(model.nodes.length).toBeGreaterThan(500);
  expect(viewsOf(model, bytes.buffer)).toEqual([]);
  // The walk finds views where there are some.
  expect(viewsOf({ part: [bytes.subarray(1, 2)] }, bytes.buffer)).toEqual(["part 0"]);
});

test("numbers that shapes may depend on are read from external data, weights are not", () => {
  const reads: unknown[] = [];
  const external = (name: string, dims: bigint[], offset: number, length: number, dataType: Onnx) => ({
    name,
    dims,
    dataType,
    dataLocation: 1,
    externalData: Object.entries({ location: "data", offset, length }).map(([key, value]) => ({
      key,
      value: `${value}`,
    })),
  });
  const { constants, weights } = read(
    encode({
      initializer: [external("shape", [2n], 8, 16, Onnx.INT64), external("w", [10n, 5n], 64, 200, Onnx.FLOAT)],
    }),
    (...range) => {
      reads.push(range);
      return new Uint8Array(BigInt64Array.of(3n, -1n).buffer);
    },
  );
  expect(reads).toEqual([["/models/data", 8, 16]]);
  expect(constants.get("shape")).toEqual({ dtype: "int64", shape: [2], data: Float64Array.of(3, -1) });
  expect(weights.get("w")).toEqual({ dtype: "float32", shape: [10, 5], file: "/models/data", offset: 64, length: 200 });
});

test("constants are tensors, numbers or lists of numbers", () => {
  const node = (name: string, attribute: object) => ({ opType: "Constant", output: [name], attribute: [attribute] });
  const { constants, nodes } = read(
    encode({
      node: [
        node("tensor", { name: "value", type: Type.TENSOR, t: { dataType: Onnx.INT64, dims: [1n], int64Data: [5n] } }),
        node("int", { name: "value_int", type: Type.INT, i: 7n }),
        node("ints", { name: "value_ints", type: Type.INTS, ints: [7n, 8n] }),
        node("float", { name: "value_float", type: Type.FLOAT, f: 0.1 }),
        node("floats", { name: "value_floats", type: Type.FLOATS, floats: [0.1, 2] }),
      ],
    }),
  );
  expect(nodes).toEqual([]);
  expect(Object.fromEntries(constants)).toEqual({
    tensor: { dtype: "int64", shape: [1], data: Float64Array.of(5) },
    int: { dtype: "int64", shape: [], data: Float64Array.of(7) },
    ints: { dtype: "int64", shape: [2], data: Float64Array.of(7, 8) },
    float: { dtype: "float32", shape: [], data: Float64Array.of(0.1) },
    floats: { dtype: "float32", shape: [2], data: Float64Array.of(0.1, 2) },
  });
});

function read(bytes: Uint8Array, readExternal?: (file: string, offset: number, length: number) => Uint8Array) {
  return readOnnxModel(bytes, {
    file: "model.onnx",
    target: "/models/model.onnx",
    resolve: (location) => `/models/${location}`,
    read: readExternal ?? (() => expect.unreachable("weights are not read")),
  });
}

function encode(graph: object): Uint8Array {
  const opsetImport = [{ domain: "", version: 20n }];
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { opsetImport, graph: { output: [{ name: "y" }], ...graph } }),
  );
}

/** Where in `value` there are typed arrays over `buffer`. */
function viewsOf(value: unknown, buffer: ArrayBufferLike, path: readonly string[] = []): readonly string[] {
  if (ArrayBuffer.isView(value)) return value.buffer === buffer ? [path.join(" ")] : [];
  if (typeof value !== "object" || value === null) return [];
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries.flatMap(([key, item]) => viewsOf(item, buffer, [...path, String(key)]));
}
