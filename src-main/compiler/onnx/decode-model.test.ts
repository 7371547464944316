import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Type,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  type AttributeProtoSchema,
  type NodeProtoSchema,
} from "onnx-buf";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { printGraph } from "../print-graph.ts";
import { decodeModel } from "./decode-model.ts";

type Node = MessageInitShape<typeof NodeProtoSchema>;
type Attribute = MessageInitShape<typeof AttributeProtoSchema>;

describe("what ONNX leaves open is made definite", () => {
  test("negative axes count from the end", () => {
    expect(decode({ opType: "Softmax", input: ["x"], attribute: [int("axis", -2)] })).toContain("Softmax(x, axis=0)");
    expect(decode({ opType: "Slice", input: ["x", "zero", "one", "last"] })).toContain(
      "Slice(x, starts=[0], ends=[1], axes=[1], steps=[1])",
    );
  });

  test("missing attributes get ONNX's defaults", () => {
    expect(decode({ opType: "Transpose", input: ["x"] })).toContain("Transpose(x, perm=[1, 0])");
    expect(decode({ opType: "ReduceMean", input: ["x"] })).toContain("axes=[0, 1], keepdims=1");
    expect(decode({ opType: "Clip", input: ["x", "", "half"] })).toContain("Clip(x, min=-Infinity, max=0.5)");
  });

  test("0 and −1 in the shape of Reshape are filled in", () => {
    expect(decode({ opType: "Reshape", input: ["x", "0, -1"] })).toContain("Reshape(x, shape=[2, 6])");
  });

  test("the float32 1e-5 reads 1e-5", () => {
    const epsilon: Attribute = { name: "epsilon", type: Type.FLOAT, f: Math.fround(1e-5) };
    const node = { opType: "LayerNormalization", input: ["x", "six", "six"], attribute: [epsilon] };
    expect(decode(node)).toContain("epsilon=0.00001)");
  });
});

describe("what the compiler would compute wrongly is refused", () => {
  const refused: readonly { readonly name: string; readonly node: Node; readonly message: string }[] = [
    {
      name: "ScatterND that overwrites",
      node: { opType: "ScatterND", input: ["x", "indices", "x"] },
      message: "ScatterND needs reduction",
    },
    {
      name: "an operator of another domain",
      node: { opType: "Gelu", domain: "com.microsoft", input: ["x"] },
      message: "the operator com.microsoft.Gelu with 1 outputs is not supported",
    },
    {
      name: "Gemm with a factor",
      node: {
        opType: "Gemm",
        input: ["x", "x"],
        attribute: [int("transB", 1), { name: "alpha", type: Type.FLOAT, f: 0.5 }],
      },
      message: "Gemm with alpha = 0.5 is not supported",
    },
    {
      name: "an axis that is not there",
      node: { opType: "Softmax", input: ["x"], attribute: [int("axis", 2)] },
      message: "Softmax with axis = 2 is not supported",
    },
    {
      name: "Pad that does not fill with zeros",
      node: { opType: "Pad", input: ["x", "pads", "half"] },
      message: "Pad with input 2 = 0.5 is not supported",
    },
    {
      name: "shapes that do not fit",
      node: { opType: "MatMul", input: ["x", "x"] },
      message: "MatMul of [2, 6] and [2, 6]",
    },
    { name: "a missing input", node: { opType: "Add", input: ["x"] }, message: "Add needs 2 inputs" },
    {
      name: "a shape that is computed",
      node: { opType: "Reshape", input: ["x", "indices"] },
      message: "the input indices is computed while the model runs",
    },
  ];
  for (const { name, node, message } of refused) test(name, () => expectRefusal(node, message));
});

function expectRefusal(node: Node, message: string): void {
  try {
    decode(node);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
    return;
  }
  expect.unreachable("the model was read");
}

/** A model of one operator, read and printed. Input x is float32[2, 6]. */
function decode(node: Node): string {
  const dims = (...shape: number[]) => ({
    dim: shape.map((size) => ({ value: { case: "dimValue" as const, value: BigInt(size) } })),
  });
  const input = (name: string, elemType: DataType, ...shape: number[]) => ({
    name,
    type: { value: { case: "tensorType" as const, value: { elemType, shape: dims(...shape) } } },
  });
  const integers = (name: string, ...data: bigint[]) => ({
    name,
    dataType: DataType.INT64,
    dims: [BigInt(data.length)],
    int64Data: data,
  });
  const model = create(ModelProtoSchema, {
    opsetImport: [{ domain: "", version: 20n }],
    graph: {
      input: [
        input("x", DataType.FLOAT, 2, 6),
        input("six", DataType.FLOAT, 6),
        input("indices", DataType.INT64, 2, 1),
      ],
      output: [{ name: "y" }],
      initializer: [
        integers("0, -1", 0n, -1n),
        integers("zero", 0n),
        integers("one", 1n),
        integers("last", -1n),
        integers("pads", 0n, 0n, 1n, 1n),
        { name: "half", dataType: DataType.FLOAT, floatData: [0.5] },
      ],
      node: [{ ...node, output: ["y"] }],
    },
  });
  return printGraph(decodeModel(toBinary(ModelProtoSchema, model), { file: "model.onnx", resolve: (name) => name }));
}

function int(name: string, i: number): Attribute {
  return { name, type: Type.INT, i: BigInt(i) };
}
