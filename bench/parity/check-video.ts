// Holds ControlNets, video UNets and motion modules to PyTorch: in folders, and in the files in which their makers publish them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { createScheduler } from "../../src-main/diffusion/create-scheduler.ts";
import { parseSchedulerConfig } from "../../src-main/diffusion/scheduler-config.ts";
import { LATENT_DIFFUSION } from "../../src-main/models/noise-schedules.ts";
import { writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { checkFiles } from "./check-network.ts";
import type { Check } from "./checks.ts";
import { type Figure, relativeError } from "./compare.ts";
import { filled, originalNames, renamed, tensorsOf } from "./layout-models.ts";
import { fixtureFile, networkCase, networkEntry, type NetworkCase, type NetworkEntry, shape } from "./manifest.ts";
import { writeNetwork } from "./write-network.ts";
import { writeTorchWeights } from "./write-torch-weights.ts";

const originalFile = z.object({
  name: z.string(),
  case: z.string(),
  network: z.string(),
  /** How the makers save it: `ckpt` has the tensors under state_dict, `pth` has nothing else. */
  format: z.enum(["safetensors", "ckpt", "pth"]),
  unused: z.record(z.string(), shape),
  names: originalNames,
});
type OriginalFile = z.output<typeof originalFile>;

const numbers = z.array(z.number());
const samplerCase = z.object({
  name: z.string(),
  steps: z.int(),
  eta: z.number(),
  rescale: z.number(),
  timesteps: z.array(z.int()),
  start: numbers,
  noise: z.array(numbers),
  outputs: z.array(numbers),
  samples: z.array(numbers),
});

const videoFixture = z.object({
  networks: z.array(networkEntry),
  cases: z.array(networkCase),
  files: z.array(originalFile),
  samplers: z.array(samplerCase),
});

export function readVideoFixture(): z.output<typeof videoFixture> {
  return videoFixture.parse(JSON.parse(readFileSync(fixtureFile("video.json"), "utf8")));
}

export function videoChecks(): readonly Check[] {
  const { cases, files, samplers } = readVideoFixture();
  return [
    ...cases.map((one) => ({ name: one.name, run: () => checkFolder(one) })),
    ...files.map((file) => ({ name: `file ${file.name}`, run: () => checkFile(file) })),
    ...samplers.map((sampler) => ({ name: sampler.name, run: async () => checkSampler(sampler) })),
  ];
}

function checkFolder(one: NetworkCase): Promise<readonly Figure[]> {
  return checkFiles(one, one.name, (folder) => {
    const written = (name: string): string => {
      const path = join(folder, name);
      writeNetwork(networkOf(name), path);
      return path;
    };
    return { path: written(one.network), ...(one.motion === undefined ? {} : { motion: written(one.motion) }) };
  });
}

function checkFile(file: OriginalFile): Promise<readonly Figure[]> {
  const found = readVideoFixture().cases.find(({ name }) => name === file.case);
  if (found === undefined) throw new Error(`no case ${file.case} in video.json`);
  return checkFiles(found, file.name, (folder) => {
    const path = writeOriginalFile(file, folder);
    if (found.motion === undefined) return { path };
    const unet = join(folder, "unet");
    writeNetwork(networkOf(found.network), unet);
    return { path: unet, motion: path };
  });
}

/** @returns the path */
export function writeOriginalFile({ name, network, names, unused, format }: OriginalFile, folder: string): string {
  const others = Object.entries(unused).map(([other, size]) => [other, filled(size, 7)] as const);
  const tensors = { ...renamed(tensorsOf(networkOf(network)), names), ...Object.fromEntries(others) };
  const path = join(folder, name);
  if (format === "safetensors") writeSafetensors(path, tensors);
  else writeTorchWeights(path, tensors, format === "ckpt" ? "state_dict" : undefined);
  return path;
}

function networkOf(wanted: string): NetworkEntry {
  const found = readVideoFixture().networks.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`no network ${wanted} in video.json`);
  return found;
}

/** Each step from where the oracle stands, so that one wrong step does not spread. */
function checkSampler({ name, steps, eta, rescale, timesteps, start, ...rest }: z.output<typeof samplerCase>) {
  const scheduler = createScheduler("ddim", parseSchedulerConfig(JSON.stringify(LATENT_DIFFUSION), name), steps, {
    eta,
    rescale,
  });
  const limit = { atMost: 1e-5 };
  const figures: Figure[] = rest.samples.map((wanted, index) => {
    const sample = Float32Array.from(rest.samples[index - 1] ?? start);
    const modelOutput = Float32Array.from(rest.outputs[index] ?? []);
    const noise = Float32Array.from(rest.noise[index] ?? []);
    const found = scheduler.step({ index, sample, modelOutput, noise }).sample;
    const value = relativeError(found, wanted);
    return { subject: name, quantity: `step ${index}`, measure: "relative error", value, limit };
  });
  const value = relativeError(scheduler.timesteps, timesteps);
  return [...figures, { subject: name, quantity: "timesteps", measure: "relative error", value, limit }];
}
