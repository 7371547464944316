import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import { encodeModel } from "./encode-model.ts";

test("attributes that ONNX has as inputs are written once if they are equal", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2, 3]);
  b.output(
    "y",
    b.concat([b.reshape(b.exp(x), [3, 2]), b.reshape(b.neg(x), [3, 2]), b.reshape(b.reshape(x, [6, 1]), [3, 2])], 0),
  );
  const { graph } = fromBinary(ModelProtoSchema, encodeModel(b.build(), { locate: (file) => file }));
  const initializers = graph?.initializer.map(({ name }) => name) ?? [];
  const shapes = graph?.node.filter(({ opType }) => opType === "Reshape").map(({ input }) => input[1]) ?? [];
  expect(shapes[0]).toBe(shapes[1]);
  expect(initializers).toEqual([...new Set(shapes)]);
});
