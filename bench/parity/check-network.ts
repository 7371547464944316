// Holds one network to PyTorch's results: outputs and gradients of one case, files in and files out, as `reneg network` works.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "../../src-main/common/tensor.ts";
import { readTensors, writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { type Figure, relativeError } from "./compare.ts";
import { type NetworkCase, type NetworkEntry, caseFile, networkNamed } from "./manifest.ts";
import { runNetwork } from "./run-network.ts";
import { writeNetwork } from "./write-network.ts";

/** Relative to the largest expected magnitude. PyTorch's own rounding is up to 2.2e-6 forward and 4.2e-6 backward here. */
const FORWARD_LIMIT = 1e-5;
const GRADIENT_LIMIT = 1e-4;

/** @param network the one of the case, unless another is to be held to its results */
export async function checkNetwork(
  networkCase: NetworkCase,
  network: NetworkEntry = networkNamed(networkCase.network),
): Promise<readonly Figure[]> {
  return checkFiles(networkCase, networkCase.name, (folder) => {
    const path = join(folder, "network");
    writeNetwork(network, path);
    return { path };
  });
}

/** @param write puts the network into a folder, in whatever form, and says where */
export async function checkFiles(
  { name, component, gradients }: NetworkCase,
  subject: string,
  write: (folder: string) => { readonly path: string; readonly motion?: string },
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  try {
    const place = write(folder);
    const { given, expected } = splitFixture(readTensors(caseFile(name)));
    const [inputs, output] = [join(folder, "inputs.safetensors"), join(folder, "output.safetensors")];
    writeSafetensors(inputs, given);
    await runNetwork({ ...place, component, inputs, output, gradients });
    const results = readTensors(output);
    const figures = compareTensors(subject, results, expected);
    const { deep_features: features } = results;
    const { out_sample: sample } = expected;
    if (features === undefined || sample === undefined || "deep_features" in given) return figures;
    // A UNet that is given what it has itself computed gives the same.
    writeSafetensors(inputs, { ...given, deep_features: features });
    await runNetwork({ ...place, component, inputs, output, gradients: [] });
    const again = compareTensors(subject, readTensors(output), { out_sample: sample });
    return [...figures, ...again.map((figure) => ({ ...figure, quantity: `${figure.quantity}, features given` }))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A fixture holds inputs and cotangents under their own names, and what is expected under `expected.NAME`. */
export function splitFixture(tensors: Readonly<Record<string, Tensor>>) {
  const prefix = "expected.";
  const entries = Object.entries(tensors);
  const given = entries.filter(([name]) => !name.startsWith(prefix));
  const expected = entries.filter(([name]) => name.startsWith(prefix));
  return {
    given: Object.fromEntries(given),
    expected: Object.fromEntries(expected.map(([name, tensor]) => [name.slice(prefix.length), tensor])),
  };
}

/** Numbers of a float32 tensor that must be there, in the shape that is expected. */
export function floatsOf(name: string, tensor: Tensor | undefined, shape: readonly number[]): Float32Array {
  if (tensor?.dtype !== "float32") throw new Error(`the result has no float32 tensor ${name}`);
  if (tensor.shape.join() !== shape.join()) {
    throw new Error(`${name} has the shape [${tensor.shape.join(", ")}] in place of [${shape.join(", ")}]`);
  }
  return tensor.data;
}

export function compareTensors(
  subject: string,
  actual: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
): readonly Figure[] {
  return Object.entries(expected).map(([name, tensor]) => ({
    subject,
    quantity: name,
    measure: "relative error",
    value: relativeError(floatsOf(name, actual[name], tensor.shape), floatsOf(name, tensor, tensor.shape)),
    limit: { atMost: name.startsWith("gradient.") ? GRADIENT_LIMIT : FORWARD_LIMIT },
  }));
}
