// Holds networks that were exported to ONNX to PyTorch's results, from files as Optimum lays them out.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { componentName } from "../../src-main/common/network-run.ts";
import { readTensors, writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { compareTensors, splitFixture } from "./check-network.ts";
import type { Figure } from "./compare.ts";
import { fixtureFile } from "./manifest.ts";
import { runNetwork } from "./run-network.ts";
import { generateWeight } from "./weight-generator.ts";

const onnxModel = z.object({
  name: z.string(),
  component: componentName,
  seed: z.int(),
  gradients: z.array(z.string()),
  /** The fixture with inputs and results. */
  expected: z.string(),
  /** What lies in the data file, in order: parameters of the network by name, transposed where the exporter did that. */
  weights: z.array(z.object({ name: z.string(), shape: z.array(z.int()), transposed: z.boolean() })),
});
export type OnnxModel = z.output<typeof onnxModel>;

export function readOnnxModels(): readonly OnnxModel[] {
  const json: unknown = JSON.parse(readFileSync(fixtureFile("onnx.json"), "utf8"));
  return z.object({ models: z.array(onnxModel) }).parse(json).models;
}

/** Writes the component's folder below `folder`: model.onnx and model.onnx_data. */
export function writeOnnxModel({ name, component, seed, weights }: OnnxModel, folder: string): void {
  const inside = join(folder, component);
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, "model.onnx"), gunzipSync(readFileSync(fixtureFile(`onnx/${name}.onnx.gz`))));
  const stored = weights.map((weight) => {
    const { data } = generateWeight(weight.name, weight.shape, seed);
    if (!(data instanceof Float32Array)) throw new Error(`${weight.name} is no float32 tensor`);
    return new Uint8Array((weight.transposed ? transpose(data, weight.shape) : data).buffer);
  });
  writeFileSync(join(inside, "model.onnx_data"), Buffer.concat(stored));
}

export async function checkOnnx(model: OnnxModel): Promise<readonly Figure[]> {
  const { name, component, gradients } = model;
  const path = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  try {
    writeOnnxModel(model, path);
    const { given, expected } = splitFixture(readTensors(fixtureFile(model.expected)));
    const [inputs, output] = [join(path, "inputs.safetensors"), join(path, "output.safetensors")];
    writeSafetensors(inputs, given);
    await runNetwork({ path, component, inputs, output, gradients });
    return compareTensors(name, readTensors(output), expected);
  } finally {
    rmSync(path, { recursive: true });
  }
}

/** [rows, columns] → [columns, rows] */
function transpose(data: Float32Array, [rows = 0, columns = 0]: readonly number[]): Float32Array<ArrayBuffer> {
  return new Float32Array(data.length).map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? NaN);
}
