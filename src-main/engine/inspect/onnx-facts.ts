// ONNX models: which network it is by the names of its inputs, and whether all its operators can be computed and differentiated.

import { join } from "node:path";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { ComponentName } from "../../common/network-run.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import { importModel } from "../../compiler/onnx/import/import-model.ts";
import { type DeclaredInput, isFloat, type OnnxModel } from "../../compiler/onnx/import/read-model.ts";
import { kernelReading } from "../../models/exported-config.ts";
import { readOnnxFile } from "../../models/onnx-network.ts";
import { attempt } from "./attempt.ts";
import { fact, type Fact, notSupportedYet } from "./kind.ts";
import type { ComponentDescription } from "./part-facts.ts";
import { weightFacts } from "./weight-facts.ts";

interface Interface {
  readonly component: ComponentName;
  readonly title: string;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** As Optimum and diffusers name them. */
const INTERFACES: readonly Interface[] = [
  { component: "unet", title: "UNet", inputs: ["sample", "timestep", "encoder_hidden_states"], output: "out_sample" },
  { component: "text_encoder", title: "text encoder", inputs: ["input_ids"], output: "last_hidden_state" },
  { component: "vae_decoder", title: "autoencoder's decoder", inputs: ["latent_sample"], output: "sample" },
  { component: "vae_encoder", title: "autoencoder's encoder", inputs: ["sample"], output: "latent_parameters" },
];

/** @param file a model.onnx */
export function describeOnnxModel(file: string): ComponentDescription {
  const model = readOnnxFile(file);
  const read = inputsRead(model).map(({ name }) => name);
  const found = INTERFACES.find(
    ({ inputs, output }) => inputs.join() === read.join() && model.outputs.includes(output),
  );
  return {
    title: found === undefined ? "ONNX model" : `${found.title} (ONNX)`,
    weights: model.weights,
    facts: facts(model),
    problems: found === undefined ? [unknownInterface(model)] : attempt(() => tryImport(model)).problems,
  };
}

/** @param folder that holds a model.onnx */
export function describeOnnxFolder(folder: string): ComponentDescription {
  return describeOnnxModel(join(folder, "model.onnx"));
}

function facts(model: OnnxModel): Fact[] {
  return [
    ...model.inputs.map((input) => fact(`input ${input.name}`, printInput(input))),
    fact("outputs", model.outputs.join(", ")),
    fact("operators", `${model.nodes.length}, of opset ${model.opset}`),
    ...weightFacts(model.weights),
  ];
}

function printInput({ dtype, dims }: DeclaredInput): string {
  return `${dtype}[${dims.map((dim) => (dim === "" ? "?" : dim)).join(", ")}]`;
}

// Sizes at which every network works: latents that can be halved at each level, and the length of CLIP's texts.
const SIDE = 16;
const TOKENS = 77;

function tryImport(model: OnnxModel): void {
  const b = new GraphBuilder();
  const inputs = inputsRead(model).map(({ name, dtype, dims }) => {
    const shape = dims.map((dim, axis) => (typeof dim === "number" ? dim : sizeOf(model, name, axis, dims.length)));
    return [name, b.input(name, isFloat(dtype) ? "float32" : dtype, shape)] as const;
  });
  importModel(b, model, Object.fromEntries(inputs));
}

/** The script of diffusers declares settings too, which no operator reads. */
function inputsRead({ inputs, nodes }: OnnxModel): readonly DeclaredInput[] {
  const read = new Set(nodes.flatMap(({ input }) => input));
  return inputs.filter(({ name }) => read.has(name));
}

/** [batch], [batch, tokens], [batch, tokens, width], [batch, channels, height, width] */
function sizeOf(model: OnnxModel, input: string, axis: number, rank: number): number {
  if (axis === 0) return 1;
  if (rank !== 4) return TOKENS;
  return axis === 1 ? (kernelReading(model, input)[1] ?? 0) : SIDE;
}

function unknownInterface({ file, inputs, outputs }: OnnxModel): Diagnostic {
  const [from, to] = [inputs.map(({ name }) => name).join(", "), outputs.join(", ")];
  return notSupportedYet(
    file,
    `a model from ${from} to ${to} is none of the networks that are known`,
    "export the parts of a Stable Diffusion pipeline, with the names that Optimum gives to inputs and outputs",
  );
}
