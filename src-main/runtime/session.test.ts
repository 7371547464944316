import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, parse, relative } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from "onnx-buf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import type { Tensor } from "../common/tensor.ts";
import { createSession, type Session } from "./session.ts";

const { FLOAT, FLOAT16, DOUBLE, INT64, INT32, BOOL } = TensorProto_DataType;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reneg-session-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Weight {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly dtype: TensorProto_DataType;
  readonly shape: readonly number[];
}

interface ToyModel {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly dtype?: TensorProto_DataType;
  readonly shape?: readonly number[];
  readonly weight?: Weight;
}

/** y = op(inputs), where `x` is the network's input and `w` a weight in a file, of float16 and cast if it says so. */
function toyModel({ op, inputs, dtype = FLOAT, shape = [3], weight }: ToyModel): Uint8Array {
  const value = (name: string) => ({
    name,
    type: { value: { case: "tensorType" as const, value: { elemType: dtype, shape: { dim: shape.map(dimension) } } } },
  });
  const cast = {
    opType: "Cast",
    input: ["w16"],
    output: ["w"],
    attribute: [{ name: "to", type: AttributeProto_AttributeType.INT, i: BigInt(FLOAT) }],
  };
  const isHalf = weight?.dtype === FLOAT16;
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: {
      name: "toy",
      node: [...(isHalf ? [cast] : []), { opType: op, input: [...inputs], output: ["y"] }],
      input: [value("x")],
      output: [value("y")],
      initializer: weight === undefined ? [] : [initializer(isHalf ? "w16" : "w", weight)],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function dimension(size: number) {
  return { value: { case: "dimValue" as const, value: BigInt(size) } };
}

function initializer(name: string, { file, offset, length, dtype, shape }: Weight) {
  return {
    name,
    dataType: dtype,
    dims: shape.map(BigInt),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: "location", value: relative(parse(file).root, file) },
      { key: "offset", value: String(offset) },
      { key: "length", value: String(length) },
    ],
  };
}

/** A file like safetensors: a header of an odd length, then the numbers. */
async function writeWeights(name: string, headerLength: number, data: Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, Buffer.concat([Buffer.alloc(headerLength, 0x20), data]));
  return file;
}

const cpu = { device: "cpu", stage: "toy" } as const;
const ones: Tensor = { dtype: "float32", shape: [3], data: Float32Array.of(1, 1, 1) };

async function once(session: Session, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

const samples: readonly (readonly [TensorProto_DataType, Tensor])[] = [
  [FLOAT, { dtype: "float32", shape: [3], data: Float32Array.of(1.5, -0, Number.NaN) }],
  [DOUBLE, { dtype: "float64", shape: [3], data: Float64Array.of(1 / 3, 1e300, -1) }],
  [INT64, { dtype: "int64", shape: [3], data: BigInt64Array.of(2n ** 62n, -1n, 0n) }],
  [INT32, { dtype: "int32", shape: [3], data: Int32Array.of(2 ** 31 - 1, -1, 0) }],
  [BOOL, { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) }],
];
test.each(samples)("tensors of the ONNX type %i pass unchanged", async (dtype, x) => {
  const session = await createSession(toyModel({ op: "Identity", inputs: ["x"], dtype }), cpu);
  expect(await once(session, { x })).toEqual({ y: x });
});

test("a scalar has the shape []", async () => {
  const session = await createSession(toyModel({ op: "Neg", inputs: ["x"], shape: [] }), cpu);
  const x: Tensor = { dtype: "float32", shape: [], data: Float32Array.of(2) };
  expect(await once(session, { x })).toEqual({ y: { dtype: "float32", shape: [], data: Float32Array.of(-2) } });
});

test("a weight is read from an unaligned byte range of a file", async () => {
  const file = await writeWeights("float32", 163, new Uint8Array(Float32Array.of(10, 20, 30).buffer));
  const weight = { file, offset: 163, length: 12, dtype: FLOAT, shape: [3] };
  const model = toyModel({ op: "Add", inputs: ["x", "w"], weight });
  const { y } = await once(await createSession(model, { ...cpu, weightsRoot: parse(file).root }), { x: ones });
  expect(y?.data).toEqual(Float32Array.of(11, 21, 31));
});

test("a half-float weight is cast as it is read", async () => {
  // 0.5, -2 and 65504, the largest one, as IEEE 754 binary16.
  const file = await writeWeights("float16", 7, new Uint8Array(Uint16Array.of(0x3800, 0xc000, 0x7bff).buffer));
  const weight = { file, offset: 7, length: 6, dtype: FLOAT16, shape: [3] };
  const model = toyModel({ op: "Mul", inputs: ["x", "w"], weight });
  const { y } = await once(await createSession(model, { ...cpu, weightsRoot: parse(file).root }), { x: ones });
  expect(y?.data).toEqual(Float32Array.of(0.5, -2, 65504));
});

async function diagnosticOf(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  return error instanceof Refusal ? error.diagnostics[0] : undefined;
}

test("a weight that is missing is refused with the stage and the device", async () => {
  const file = join(folder, "nowhere");
  const weight = { file, offset: 0, length: 12, dtype: FLOAT, shape: [3] };
  const model = toyModel({ op: "Add", inputs: ["x", "w"], weight });
  const diagnostic = await diagnosticOf(
    createSession(model, { device: "cpu", stage: "unet", weightsRoot: parse(file).root }),
  );
  expect(diagnostic).toMatchObject({ code: "session-failed", at: { stage: "unet" } });
  expect(diagnostic?.message).toMatch(/^the network cannot be prepared for the device cpu: .*nowhere/);
});

test("a run that fails is refused with the stage and the device", async () => {
  const session = await createSession(toyModel({ op: "Neg", inputs: ["x"] }), { device: "cpu", stage: "reward" });
  const x: Tensor = { dtype: "float32", shape: [4], data: new Float32Array(4) };
  const diagnostic = await diagnosticOf(session.run({ x }));
  await session.release();
  expect(diagnostic).toMatchObject({ code: "run-failed", at: { stage: "reward" } });
  expect(diagnostic?.message).toMatch(/^the network failed on the device cpu: .*Got: 4 Expected: 3/);
});

test("what is no ONNX is refused", async () => {
  const diagnostic = await diagnosticOf(createSession(Uint8Array.of(1, 2, 3), cpu));
  expect(diagnostic?.code).toBe("session-failed");
});
