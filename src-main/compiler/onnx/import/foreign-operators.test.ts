import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { AttributeProto_AttributeType as Type, ModelProtoSchema, type AttributeProtoSchema } from "onnx-buf";
import { describe, expect, test } from "vitest";
import { elementCount, type DataType, type Tensor } from "../../../common/tensor.ts";
import { refusalOf } from "../../../common/testing/refusal-of.ts";
import { createSession } from "../../../runtime/session.ts";
import { evaluateGraph } from "../../evaluate-graph.ts";
import { GraphBuilder } from "../../graph-builder.ts";
import type { Constant } from "../../graph.ts";
import { ELEMENT_TYPES } from "../element-types.ts";
import { packNumbers } from "../pack-numbers.ts";
import { importModel } from "./import-model.ts";
import { readOnnxModel } from "./read-model.ts";

type Attribute = MessageInitShape<typeof AttributeProtoSchema>;

interface Case {
  readonly name: string;
  readonly op: string;
  /** Given while the model runs. */
  readonly inputs?: readonly Constant[];
  /** Inputs after those, which the model holds; `null` for one that is left out. */
  readonly constants?: readonly (Constant | null)[];
  readonly attributes?: readonly Attribute[];
  readonly outputs?: number;
  readonly opset?: number;
}

const cases: readonly Case[] = [
  { name: "Shape of some axes", op: "Shape", inputs: [x(2, 3, 4)], attributes: [int("start", -2), int("end", 3)] },
  { name: "Size", op: "Size", inputs: [x(2, 3, 4)] },
  {
    name: "ConstantOfShape with a value",
    op: "ConstantOfShape",
    constants: [whole(2, 3)],
    attributes: [{ name: "value", type: Type.TENSOR, t: tensor("", whole(7)) }],
  },
  { name: "ConstantOfShape without", op: "ConstantOfShape", constants: [whole(2, 3)] },
  { name: "Range", op: "Range", constants: [scalar(9), scalar(-4), scalar(-3)] },
  {
    name: "Split into unequal parts",
    op: "Split",
    inputs: [x(2, 5)],
    constants: [whole(1, 4)],
    attributes: [int("axis", -1)],
    outputs: 2,
  },
  {
    name: "Split by their number",
    op: "Split",
    inputs: [x(5, 2)],
    attributes: [int("num_outputs", 2)],
    outputs: 2,
    opset: 18,
  },
  { name: "Split into as many as there are results", op: "Split", inputs: [x(6, 2)], outputs: 3, opset: 17 },
  { name: "Flatten", op: "Flatten", inputs: [x(2, 3, 4)], attributes: [int("axis", -1)] },
  { name: "Tile", op: "Tile", inputs: [x(2, 3)], constants: [whole(2, 3)] },
  { name: "Slice backwards", op: "Slice", inputs: [x(5)], constants: [whole(-1), whole(-6), whole(0), whole(-1)] },
  {
    name: "Slice of what is known, in large steps",
    op: "Slice",
    constants: [x(9), whole(8), whole(0), whole(0), whole(-3)],
  },
  {
    name: "Gather by int32 from the end",
    op: "Gather",
    inputs: [x(4, 3)],
    constants: [{ ...whole(-1, 2), dtype: "int32" }],
  },
  {
    name: "Trilu below a diagonal",
    op: "Trilu",
    inputs: [x(2, 3, 4)],
    constants: [scalar(-1)],
    attributes: [int("upper", 0)],
  },
  { name: "Trilu above", op: "Trilu", inputs: [x(3, 4)], constants: [scalar(1)] },
  {
    name: "ScatterND that overwrites",
    op: "ScatterND",
    inputs: [x(4, 2)],
    constants: [{ ...whole(2, 0), shape: [2, 1] }, x(2, 2)],
  },
  {
    name: "ScatterND that adds",
    op: "ScatterND",
    inputs: [x(4, 2)],
    constants: [{ ...whole(2, 2), shape: [2, 1] }, x(2, 2)],
    attributes: [text("reduction", "add")],
  },
  {
    name: "Resize by scales",
    op: "Resize",
    inputs: [x(1, 2, 2, 3)],
    constants: [null, floats(1, 1, 2, 3)],
    attributes: [text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")],
  },
  {
    name: "Resize to sizes, as ONNX does where nothing is said",
    op: "Resize",
    inputs: [x(1, 2, 2, 3)],
    constants: [null, null, whole(1, 2, 6, 12)],
  },
  {
    name: "Resize that rounds up",
    op: "Resize",
    inputs: [x(1, 1, 2, 2)],
    constants: [null, floats(1, 1, 4, 2)],
    attributes: [
      text("coordinate_transformation_mode", "pytorch_half_pixel"),
      text("nearest_mode", "round_prefer_ceil"),
    ],
  },
  { name: "Clip without a minimum", op: "Clip", inputs: [x(3, 4)], constants: [null, scalar(0.25, "float32")] },
  { name: "Cast to double", op: "Cast", inputs: [x(3)], attributes: [int("to", 11)] },
  { name: "CastLike", op: "CastLike", inputs: [x(3)], constants: [whole(1)] },
  { name: "Pow by an integer", op: "Pow", inputs: [x(2, 3)], constants: [scalar(2)] },
  { name: "Pow by another", op: "Pow", inputs: [x(2, 3)], constants: [scalar(3)] },
  { name: "Mod", op: "Mod", constants: [whole(-7, 7, -6), whole(3, -3, 3)] },
  { name: "Mod as C's", op: "Mod", constants: [whole(-7, 7, -6), whole(3, -3, 3)], attributes: [int("fmod", 1)] },
  { name: "Ceil", op: "Ceil", inputs: [x(7)] },
  { name: "Sum of three", op: "Sum", inputs: [x(2, 3), x(3), x(2, 1)] },
  { name: "Min of one", op: "Min", inputs: [x(3)] },
  { name: "Max of three", op: "Max", inputs: [x(2, 3), x(3), x(2, 1)] },
  { name: "IsNaN", op: "IsNaN", inputs: [{ ...x(3), data: Float64Array.of(1, NaN, -Infinity) }] },
  { name: "Not", op: "Not", inputs: [bools(1, 0)] },
  { name: "And", op: "And", inputs: [bools(1, 0, 1, 0), bools(1, 1, 0, 0)] },
  { name: "Or", op: "Or", inputs: [bools(1, 0, 1, 0), bools(1, 1, 0, 0)] },
  { name: "LessOrEqual", op: "LessOrEqual", inputs: [whole(1, 2, 3), whole(2, 2, 2)] },
  { name: "GreaterOrEqual", op: "GreaterOrEqual", inputs: [{ ...x(3), data: Float64Array.of(1, NaN, 3) }, x(1)] },
  {
    name: "Gemm with factors",
    op: "Gemm",
    inputs: [x(3, 2)],
    constants: [x(4, 3), x(4)],
    attributes: [int("transA", 1), int("transB", 1), float("alpha", 0.5), float("beta", -2)],
  },
  {
    name: "LayerNormalization without a bias",
    op: "LayerNormalization",
    inputs: [x(2, 3, 4)],
    constants: [x(4)],
    opset: 17,
  },
  {
    name: "GroupNormalization by channels",
    op: "GroupNormalization",
    inputs: [x(2, 4, 3)],
    constants: [x(4), x(4)],
    attributes: [int("num_groups", 2)],
    opset: 21,
  },
  {
    name: "GroupNormalization by groups",
    op: "GroupNormalization",
    inputs: [x(2, 4, 3)],
    constants: [x(2), x(2)],
    attributes: [int("num_groups", 2)],
    opset: 18,
  },
  {
    name: "ReduceMean with its axes as an attribute",
    op: "ReduceMean",
    inputs: [x(2, 3, 4)],
    attributes: [ints("axes", -1), int("keepdims", 0)],
    opset: 17,
  },
  {
    name: "Reshape in which 0 is a size",
    op: "Reshape",
    inputs: [x(2, 6)],
    constants: [whole(3, -1)],
    attributes: [int("allowzero", 1)],
  },
];

describe("what an exporter writes is computed as onnxruntime computes it", () => {
  for (const one of cases) {
    test(one.name, async () => {
      const model = encode(one);
      const session = await createSession(model, { device: "cpu", stage: one.name });
      const expected = await session.run(
        Object.fromEntries((one.inputs ?? []).map((input, i) => [`x${i}`, runtimeTensor(input)])),
      );
      await session.release();
      const actual = evaluate(model, one.inputs ?? []);
      expect([...actual.keys()]).toEqual(Object.keys(expected));
      for (const [name, { shape, data }] of Object.entries(expected)) {
        expect(actual.get(name)?.shape, name).toEqual(shape);
        const numbers = [...(actual.get(name)?.data ?? [])];
        for (const [i, n] of [...data].entries()) expect(numbers[i], `${name}[${i}]`).toBeCloseTo(Number(n), 5);
      }
    });
  }
});

describe("what would be computed wrongly is refused", () => {
  const refused: readonly (Case & { readonly message: string })[] = [
    {
      name: "steps that WebGPU gets wrong",
      op: "Slice",
      inputs: [x(9)],
      constants: [whole(8), whole(0), whole(0), whole(-2)],
      message: "Slice with steps [-2]",
    },
    {
      name: "Resize that blends",
      op: "Resize",
      inputs: [x(1, 1, 2, 2)],
      constants: [null, floats(1, 1, 2, 2)],
      attributes: [text("mode", "linear")],
      message: "Resize by [1, 1, 2, 2], linear, half_pixel, round_prefer_floor",
    },
    {
      name: "Resize by a part",
      op: "Resize",
      inputs: [x(1, 1, 2, 2)],
      constants: [null, floats(1, 1, 1.5, 2)],
      message: "Resize by [1, 1, 1.5, 2], nearest, half_pixel, round_prefer_floor",
    },
    {
      name: "ScatterND that writes twice",
      op: "ScatterND",
      inputs: [x(4, 2)],
      constants: [{ ...whole(2, 2), shape: [2, 1] }, x(2, 2)],
      message: "ScatterND to places that are not known or not distinct",
    },
    {
      name: "a shape that depends on what is computed",
      op: "ConstantOfShape",
      inputs: [whole(2)],
      message: "input 0 is computed while the model runs",
    },
    {
      name: "rows that are not there",
      op: "Gather",
      inputs: [x(4, 3)],
      constants: [whole(4)],
      message: "Gather beyond 4 rows",
    },
    {
      name: "an operator that is not known",
      op: "NonZero",
      inputs: [x(3)],
      message: "the operator NonZero with 1 outputs is not supported",
    },
    {
      name: "a tensor too large to be true",
      op: "Range",
      constants: [scalar(0), scalar(1e15), scalar(1)],
      message: "Range from 0 to 1000000000000000 by 1",
    },
  ];
  for (const { message, ...one } of refused) {
    test(one.name, () => {
      const [diagnostic] = refusalOf(() => evaluate(encode(one), one.inputs ?? [])).diagnostics;
      expect(diagnostic).toMatchObject({ message, at: { file: "model.onnx", part: "the node" } });
      expect(diagnostic?.help).toContain("export the model again");
    });
  }
});

function evaluate(bytes: Uint8Array, inputs: readonly Constant[]): Map<string, Constant> {
  const unused = (): never => expect.unreachable("the model has no external data");
  const model = readOnnxModel(bytes, { file: "model.onnx", target: "/model.onnx", resolve: unused, read: unused });
  const b = new GraphBuilder();
  const values = inputs.map(({ dtype, shape }, i) => [`x${i}`, b.input(`x${i}`, dtype, shape)] as const);
  for (const [name, value] of Object.entries(importModel(b, model, Object.fromEntries(values)))) b.output(name, value);
  return evaluateGraph(b.build(), Object.fromEntries(inputs.map(({ data }, i) => [`x${i}`, data])));
}

function encode({ op, inputs = [], constants = [], attributes = [], outputs = 1, opset = 20 }: Case): Uint8Array {
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`);
  const given = inputs.map((_, i) => `x${i}`);
  const held = constants.map((constant, i) => (constant === null ? "" : `c${i}`));
  const model = create(ModelProtoSchema, {
    irVersion: 9n,
    opsetImport: [{ domain: "", version: BigInt(opset) }],
    graph: {
      name: "graph",
      input: inputs.map((input, i) => ({ name: `x${i}`, type: typeOf(input) })),
      initializer: constants.flatMap((constant, i) => (constant === null ? [] : [tensor(`c${i}`, constant)])),
      node: [{ name: "the node", opType: op, input: [...given, ...held], output: results, attribute: [...attributes] }],
      output: results.map((name) => ({ name })),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function typeOf({ dtype, shape }: Constant) {
  const dim = shape.map((size) => ({ value: { case: "dimValue" as const, value: BigInt(size) } }));
  return { value: { case: "tensorType" as const, value: { elemType: ELEMENT_TYPES.get(dtype) ?? 0, shape: { dim } } } };
}

function tensor(name: string, { dtype, shape, data }: Constant) {
  return { name, dataType: ELEMENT_TYPES.get(dtype) ?? 0, dims: shape.map(BigInt), rawData: packNumbers(dtype, data) };
}

function runtimeTensor({ dtype, shape, data }: Constant): Tensor {
  if (dtype === "int64") return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
  if (dtype === "bool") return { dtype, shape, data: Uint8Array.from(data) };
  return { dtype: "float32", shape, data: Float32Array.from(data) };
}

/** Irrational multiples, so that no two numbers tie. */
function x(...shape: number[]): Constant {
  const data = new Float64Array(elementCount(shape)).map((_, i) =>
    Math.fround((((i + 1) * 0.6180339887498949) % 1) * 4 - 2),
  );
  return { dtype: "float32", shape, data };
}

function floats(...data: number[]): Constant {
  return { dtype: "float32", shape: [data.length], data: Float64Array.from(data) };
}

function whole(...data: number[]): Constant {
  return { dtype: "int64", shape: [data.length], data: Float64Array.from(data) };
}

function bools(...data: number[]): Constant {
  return { dtype: "bool", shape: [data.length], data: Float64Array.from(data) };
}

function scalar(n: number, dtype: DataType = "int64"): Constant {
  return { dtype, shape: [], data: Float64Array.of(n) };
}

function int(name: string, i: number): Attribute {
  return { name, type: Type.INT, i: BigInt(i) };
}

function ints(name: string, ...values: number[]): Attribute {
  return { name, type: Type.INTS, ints: values.map(BigInt) };
}

function float(name: string, f: number): Attribute {
  return { name, type: Type.FLOAT, f };
}

function text(name: string, s: string): Attribute {
  return { name, type: Type.STRING, s: new TextEncoder().encode(s) };
}
