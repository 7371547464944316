// Runs one network of a pipeline on tensors from a file, with gradients if asked for.

import type { DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { NetworkInput } from "../common/network-run.ts";
import { printType, type Tensor } from "../common/tensor.ts";
import { appendGradient, type Seed } from "../compiler/gradient.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import { openMotionNetwork, openNetwork, requiredInputs, type Network } from "../models/networks.ts";
import { openRewardNetwork } from "../models/reward/reward-network.ts";
import { createGraphSession } from "../runtime/graph-session.ts";
import { readTensors, writeSafetensors } from "../weights/safetensors.ts";

export interface NetworkRun {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Of the run alone, without loading. */
  readonly seconds: number;
}

const COTANGENT = "cotangent.";

/** Reads `inputs`, writes the outputs and every `gradient.NAME` to `output`. A name is an input's or a weight's. */
export async function runNetwork(input: Omit<NetworkInput, "device">, device: DeviceName): Promise<NetworkRun> {
  const tensors = readTensors(input.inputs);
  const network = open(input, tensors);
  const missing = requiredInputs(input.component).filter((name) => tensors[name] === undefined);
  if (missing.length > 0) {
    refuse({
      code: "input-missing",
      at: { file: input.inputs },
      message: `${input.component} needs the tensors ${missing.join(", ")}; the file holds ${Object.keys(tensors).join(", ")}`,
      help: "write the inputs under the names that diffusers and transformers use",
    });
  }
  const graph = buildWithGradients(network, tensors, input);
  const session = await createGraphSession(graph, { device, stage: input.component });
  try {
    const fed = new Set(graph.inputs.map(({ name }) => name));
    const feeds = Object.fromEntries(Object.entries(tensors).filter(([name]) => fed.has(name)));
    const start = performance.now();
    const outputs = await session.run(feeds);
    const seconds = (performance.now() - start) / 1000;
    writeSafetensors(input.output, outputs);
    return { outputs, seconds };
  } finally {
    await session.release();
  }
}

/** A reward that is given a picture is scored as it is published; given the pixels that CLIP sees, it is the bare CLIPModel. */
function open(
  { path, component, motion, ema }: Omit<NetworkInput, "device">,
  tensors: Readonly<Record<string, Tensor>>,
): Network {
  if (component === "reward" && tensors["image"] !== undefined) return openRewardNetwork(path);
  if (component !== "motion") return openNetwork(path, component, ema);
  if (motion !== undefined) return openMotionNetwork(path, motion);
  return refuse({
    code: "motion-missing",
    at: { option: "--motion" },
    message: "motion modules run inside a UNet, and only the UNet is given",
    help: "give the folder or file of the modules as --motion, and the model of the UNet as the path",
  });
}

function buildWithGradients(
  network: Network,
  tensors: Readonly<Record<string, Tensor>>,
  input: Omit<NetworkInput, "device">,
) {
  const b = new GraphBuilder();
  const inputs: Record<string, Value> = {};
  for (const [name, { dtype, shape }] of Object.entries(tensors)) {
    if (!name.startsWith(COTANGENT)) inputs[name] = b.input(name, dtype, shape);
  }
  const outputs = network.build(b, inputs);
  for (const [name, value] of Object.entries(outputs)) b.output(name, value);
  if (input.gradients.length === 0) return b.build();

  const seeds = Object.entries(outputs).flatMap(([name, value]): Seed[] => {
    const cotangent = tensors[COTANGENT + name];
    if (cotangent === undefined) return [];
    checkCotangent(input.inputs, name, cotangent, value);
    return [{ value, cotangent: b.input(COTANGENT + name, cotangent.dtype, cotangent.shape) }];
  });
  const targets = input.gradients.map((name) => inputs[name] ?? b.computedWeight(name) ?? unknownTarget(input, name));
  for (const [i, gradient] of appendGradient(b, seeds, targets).entries()) {
    const target = targets[i];
    if (target !== undefined) b.output(`gradient.${input.gradients[i]}`, gradient ?? b.zeros(target));
  }
  return b.build();
}

function checkCotangent(file: string, name: string, cotangent: Tensor, value: Value): void {
  if (printType(cotangent) === printType(value)) return;
  refuse({
    code: "cotangent-type",
    at: { file, part: COTANGENT + name },
    message: `the cotangent is ${printType(cotangent)}, but ${name} is ${printType(value)}`,
    help: "a cotangent has the type and shape of its output",
  });
}

function unknownTarget(input: Omit<NetworkInput, "device">, name: string): never {
  return refuse({
    code: "gradient-target",
    at: { option: `--gradient ${name}` },
    message: `${input.component} has no input and no weight of this name`,
    help: `inputs: ${requiredInputs(input.component).join(", ")}; weights by their names in the file`,
  });
}
