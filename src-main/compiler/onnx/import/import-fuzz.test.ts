import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type GraphProto } from "onnx-buf";
import { expect, test } from "vitest";
import { Refusal } from "../../../common/diagnostic.ts";
import type { DataType, Shape } from "../../../common/tensor.ts";
import { type RandomIntegers, mutate as damage, randomIntegers } from "../../../weights/testing/mutate.ts";
import { GraphBuilder } from "../../graph-builder.ts";
import { opRules } from "../../ops/index.ts";
import { optimize } from "../../passes/optimize.ts";
import { verifyGraph } from "../../verify-graph.ts";
import { foreignOperators } from "./foreign-operators.ts";
import { importModel } from "./import-model.ts";
import { readOnnxModel } from "./read-model.ts";

const MUTATIONS = 60;

type Inputs = Readonly<Record<string, readonly [DataType, Shape]>>;

/** Real exports, by the name of their fixture. */
const MODELS: Readonly<Record<string, Inputs>> = {
  "text-encoder-torchscript-14": { input_ids: ["int64", [2, 77]] },
  "text-encoder-dynamo-20": { input_ids: ["int64", [2, 77]] },
  "vae-encoder-torchscript-17": { sample: ["float32", [2, 3, 8, 8]] },
  "unet-dynamo-20": {
    sample: ["float32", [2, 4, 4, 4]],
    timestep: ["int64", []],
    encoder_hidden_states: ["float32", [1, 7, 32]],
  },
};

const OPERATORS = [...Object.keys(foreignOperators), ...Object.keys(opRules), "NoSuchOperator", "constructor"];
const NUMBERS = [0n, 1n, 2n, -1n, -2n, 3n, 65537n, 2n ** 31n, 2n ** 40n, 2n ** 63n - 1n, -(2n ** 63n)];

type Random = RandomIntegers;

/** Faults that an exporter, a truncated download or an attacker could make. */
const mutations: readonly ((graph: GraphProto, random: Random) => void)[] = [
  (graph, random) => {
    pick(graph.node, random).opType = pick(OPERATORS, random);
  },
  (graph, random) => {
    const { input } = pick(graph.node, random);
    if (input.length > 0) input[random(input.length)] = pick([...pick(graph.node, random).output, ""], random);
  },
  (graph, random) => {
    const node = pick(graph.node, random);
    if (node.attribute.length > 0) {
      const attribute = pick(node.attribute, random);
      attribute.i = pick(NUMBERS, random);
      if (attribute.ints.length > 0) attribute.ints[random(attribute.ints.length)] = pick(NUMBERS, random);
      if (random(3) === 0) attribute.type = random(15);
    }
  },
  (graph, random) => {
    const tensors = [
      ...graph.initializer,
      ...graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? [])),
    ];
    const tensor = pick(tensors, random);
    if (random(2) === 0) tensor.dims[random(tensor.dims.length + 1)] = pick(NUMBERS, random);
    else if (tensor.rawData.length > 0) tensor.rawData[random(tensor.rawData.length)] = random(256);
  },
  (graph, random) => {
    pick(graph.initializer, random).dataType = random(24);
  },
  (graph, random) => {
    graph.node.splice(random(graph.node.length), 1);
  },
  (graph, random) => {
    const tensor = pick(graph.initializer, random);
    if (tensor.externalData.length === 0) return;
    pick(tensor.externalData, random).value = pick(
      ["", "-1", "1e9", "../model.onnx_data", "NaN", "9".repeat(30)],
      random,
    );
  },
];

for (const [name, inputs] of Object.entries(MODELS)) {
  test(`a mutated ${name} is refused or becomes a sound graph`, { timeout: 30_000 }, () => {
    const random = randomIntegers(1 + name.length);
    const valid = gunzipSync(
      readFileSync(new URL(`../../../../bench/parity/fixtures/onnx/onnx-${name}.onnx.gz`, import.meta.url)),
    );
    let accepted = 0;
    for (let round = 0; round < MUTATIONS; round++) {
      const bytes = mutate(valid, random);
      try {
        expect(verifyGraph(importBytes(bytes, inputs)), `mutation ${round}`).toEqual([]);
        accepted++;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(MUTATIONS);
  });
}

function importBytes(bytes: Uint8Array, inputs: Inputs) {
  const model = readOnnxModel(bytes, {
    file: "model.onnx",
    target: "/model.onnx",
    resolve: (location) => `/${location}`,
    read: (_file, _offset, length) => new Uint8Array(length),
  });
  const b = new GraphBuilder();
  const values = Object.entries(inputs).map(([name, [dtype, shape]]) => [name, b.input(name, dtype, shape)] as const);
  for (const [name, value] of Object.entries(importModel(b, model, Object.fromEntries(values)))) b.output(name, value);
  return optimize(b.build());
}

function mutate(valid: Uint8Array, random: Random): Uint8Array {
  // Tensors are views of what they are read from.
  const bytes = new Uint8Array(valid);
  if (random(4) === 0) {
    bytes[random(bytes.length)] = random(256);
    return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
  }
  const model = fromBinary(ModelProtoSchema, bytes);
  if (model.graph === undefined) throw new Error("the fixture holds no graph");
  pick(mutations, random)(model.graph, random);
  return toBinary(ModelProtoSchema, model);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

test("2000 damaged files become a graph or are refused, never anything else", { timeout: 60_000 }, () => {
  const name = "text-encoder-dynamo-20-static";
  const valid = gunzipSync(
    readFileSync(new URL(`../../../../bench/parity/fixtures/onnx/onnx-${name}.onnx.gz`, import.meta.url)),
  );
  const random = randomIntegers(20_261_127);
  const outcomes = { read: 0, refused: 0 };
  for (let index = 0; index < 2000; index += 1) {
    try {
      verifyGraph(importBytes(new Uint8Array(damage(valid, random)), { input_ids: ["int64", [2, 77]] }));
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      outcomes.refused += 1;
    }
  }
  expect(outcomes.read).toBeGreaterThan(20);
  expect(outcomes.refused).toBeGreaterThan(200);
});
