// What fixtures/networks.json holds: which networks, which cases, and the step of learning.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { componentName } from "../../src-main/common/network-run.ts";

export const shape = z.array(z.int().nonnegative());

export const networkEntry = z.object({
  name: z.string(),
  kind: z.enum(["unet", "vae", "text_encoder", "reward", "controlnet", "unet3d", "motion"]),
  seed: z.int(),
  /** Element type of the weights in the file. */
  dtype: z.enum(["float32", "float16"]),
  /** The content of config.json. */
  config: z.record(z.string(), z.unknown()),
  tensors: z.record(z.string(), shape),
});
export type NetworkEntry = z.output<typeof networkEntry>;

export const networkCase = z.object({
  name: z.string(),
  network: z.string(),
  component: componentName,
  /** The network of the motion modules that move this one. */
  motion: z.string().optional(),
  gradients: z.array(z.string()),
});
export type NetworkCase = z.output<typeof networkCase>;

const stepCase = z.object({
  name: z.string(),
  /** Names of networks by the folder that they go to. */
  networks: z.object({ text_encoder: z.string(), unet: z.string(), vae: z.string(), reward: z.string() }),
  /** vocab.json of both tokenizers; they have no merges. */
  vocabulary: z.record(z.string(), z.int()),
  /** scheduler_config.json */
  scheduler: z.looseObject({}),
  prompts: z.array(z.string()),
  steps: z.int(),
  /** The sampling step whose gradient is taken: 0 is the noisiest. */
  index: z.int(),
  guidance: z.number(),
});
export type StepCase = z.output<typeof stepCase>;

const manifest = z.object({
  checksums: z.array(z.object({ name: z.string(), shape, seed: z.int(), fnv1a: z.string() })),
  networks: z.array(networkEntry),
  cases: z.array(networkCase),
  step: stepCase,
});
export type Manifest = z.output<typeof manifest>;

export function readManifest(): Manifest {
  return manifest.parse(JSON.parse(readFileSync(fixtureFile("networks.json"), "utf8")));
}

export function networkNamed(name: string): NetworkEntry {
  const found = readManifest().networks.find((network) => network.name === name);
  if (found === undefined) throw new Error(`no network ${name} in the manifest`);
  return found;
}

/** Inputs and expected results of one case. */
export function caseFile(name: string): string {
  return fixtureFile(`networks/${name}.safetensors`);
}

export function fixtureFile(path: string): string {
  return fileURLToPath(new URL(`fixtures/${path}`, import.meta.url));
}
