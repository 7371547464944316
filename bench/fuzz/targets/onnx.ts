// ONNX models of others, imported into a graph, and the compiler's own, read back.

import { gunzipSync } from "node:zlib";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { GraphBuilder } from "../../../src-main/compiler/graph-builder.ts";
import { decodeModel } from "../../../src-main/compiler/onnx/decode-model.ts";
import { importModel } from "../../../src-main/compiler/onnx/import/import-model.ts";
import { type OnnxModel, readOnnxModel } from "../../../src-main/compiler/onnx/import/read-model.ts";
import { optimize } from "../../../src-main/compiler/passes/optimize.ts";
import { verifyGraph } from "../../../src-main/compiler/verify-graph.ts";
import type { Target } from "../target.ts";
import { repositoryFiles } from "./seeds.ts";

/** Of dimensions that a model leaves free. */
const FREE = 4;
/** Larger inputs than those of any network are not what a user would give. */
const LARGEST_DIM = 4096;
const LARGEST_SEED = 256 * 1024;

export const onnx: Target = {
  form: "bytes",
  name: "model.onnx",
  seeds: () =>
    repositoryFiles("bench/parity/fixtures/onnx", /\.onnx\.gz$/)
      .map((bytes) => gunzipSync(bytes))
      .filter(({ length }) => length <= LARGEST_SEED)
      .toSorted((a, b) => a.length - b.length),
  open: () => (path, bytes) => {
    const resolve = (location: string): string => `/${location}`;
    // Tensors are views of what they are read from.
    ignoreRefusal(() => decodeModel(Uint8Array.from(bytes), { file: path, resolve }));
    const read = (_file: string, _offset: number, length: number): Uint8Array => new Uint8Array(length);
    const model = readOnnxModel(Uint8Array.from(bytes), { file: path, target: path, resolve, read });
    importAndVerify(model);
  },
};

function importAndVerify(model: OnnxModel): void {
  const b = new GraphBuilder();
  const inputs = model.inputs.map(({ name, dtype, dims }) => {
    const shape = dims.map((dim) => (typeof dim === "number" && dim >= 0 && dim <= LARGEST_DIM ? dim : FREE));
    return [name, b.input(name, dtype.includes("float") ? "float32" : dtype, shape)] as const;
  });
  for (const [name, value] of Object.entries(importModel(b, model, Object.fromEntries(inputs)))) b.output(name, value);
  const faults = verifyGraph(optimize(b.build()));
  if (faults.length > 0) throw new Error(`the imported graph is unsound: ${JSON.stringify(faults[0])}`);
}

/** Of models of others the compiler itself knows few. */
function ignoreRefusal(task: () => unknown): void {
  try {
    task();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
