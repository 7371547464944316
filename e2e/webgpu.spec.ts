// Every operator and its gradient on the WebGPU device, with nothing left to the CPU, against the operators' definitions.

import { writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { startRenegWith } from "./command-line.ts";
import { readFloats, writeFloats } from "./safetensors.ts";
import {
  findWebgpuDriver,
  NO_HALF_FLOATS,
  NO_WEBGPU_DRIVER,
  runInDriver,
  type WebgpuDriver,
  withoutWebgpu,
} from "./webgpu-driver.ts";

/** Outputs of operator samples that WebGPU does not compute, with the reason. No network that we build has them. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "Equal 0/y": "onnxruntime 1.30 compares int64 on the CPU only; our gradients compare float32",
  "Gather 0/gradient.x0": "onnxruntime 1.30 reshapes int64 on the CPU only; token embeddings are not trained",
  "Gather 1/gradient.x0": "as Gather 0",
  "Slice 3/y": "onnxruntime 1.30 starts at the wrong element for steps below -1 on WebGPU: [5:0:-2] gives 6, 4, 2",
};

/** As a share of the largest value of an output. */
const TOLERANCE = 1e-5;
// WGSL promises 2⁻¹¹ for these in [−π, π]: https://www.w3.org/TR/WGSL/#floating-point-accuracy
const TRIGONOMETRIC = { operators: ["Sin", "Cos"], tolerance: 2 ** -11 };

const line = z.union([
  z.object({ sample: z.string(), op: z.string(), errors: z.record(z.string(), z.number().nullable()) }),
  z.object({ sample: z.string(), op: z.string(), fault: z.string() }),
]);

test("WebGPU computes every operator and its gradient as the operator is defined", async () => {
  test.skip(withoutWebgpu, "WebGPU is left out by RENEG_WITHOUT_WEBGPU=1");
  const driver = await findWebgpuDriver();
  if (driver === null) throw new Error(NO_WEBGPU_DRIVER);

  const program = "src-main/runtime/testing/run-operators.ts";
  const { code, lines, stderr } = await runInDriver(driver, program, "webgpu", ...Object.keys(LEFT_OUT));
  expect(code, stderr).toBe(0);
  const results = lines.map((json) => line.parse(JSON.parse(json)));
  expect(new Set(results.map(({ op }) => op)).size).toBeGreaterThan(50);
  const wrong = results.filter((result) => {
    if ("fault" in result) return true;
    const tolerance = TRIGONOMETRIC.operators.includes(result.op) ? TRIGONOMETRIC.tolerance : TOLERANCE;
    // JSON has no NaN, which a wrong shape gives: it comes as null.
    return Object.values(result.errors).some((error) => error === null || error >= tolerance);
  });
  expect(wrong, driver.name).toEqual([]);
});

test("what only another part of a graph reads stays on the device, and is known to be finite", async () => {
  test.skip(withoutWebgpu, "WebGPU is left out by RENEG_WITHOUT_WEBGPU=1");
  const driver = await findWebgpuDriver();
  if (driver === null) throw new Error(NO_WEBGPU_DRIVER);
  const { code, lines, stderr } = await runInDriver(driver, "src-main/runtime/testing/run-kept-results.ts", "webgpu");
  expect(code, stderr).toBe(0);
  expect(lines.map((json) => JSON.parse(json))).toEqual([
    { keepsResults: true, told: ["y, summed"], y: [4, 36], fault: { stage: "doubled", part: "y, summed" } },
  ]);
});

const EMOJI = new URL("../resources/emoji/pipeline", import.meta.url).pathname;
/** Of a whole network: errors of single operators add up, those of the timestep's sines most of all. */
const NETWORK_TOLERANCE = 1e-3;

test("WebGPU and the CPU agree on the embedded UNet, its gradient and the decoder", async () => {
  test.skip(withoutWebgpu, "WebGPU is left out by RENEG_WITHOUT_WEBGPU=1");
  const driver = await findWebgpuDriver();
  if (driver === null) throw new Error(NO_WEBGPU_DRIVER);
  for (const { name, wanted, found } of await computeNetworks(driver, "webgpu")) {
    const largest = Math.max(...wanted.map(Math.abs));
    const error = Math.max(...wanted.map((n, i) => Math.abs(n - (found[i] ?? NaN))));
    expect(error / largest, name).toBeLessThan(NETWORK_TOLERANCE);
  }
});

/** Cosine with what float32 gives. */
const SAME_DIRECTION = 0.999;

test("in half precision WebGPU's UNet, decoder, their gradients and that of a step point where the CPU's do", async () => {
  test.skip(withoutWebgpu, "WebGPU is left out by RENEG_WITHOUT_WEBGPU=1");
  const driver = await findWebgpuDriver("webgpu-fp16");
  test.skip(driver === null, NO_HALF_FLOATS);
  if (driver === null) return;
  for (const { name, wanted, found } of await computeNetworks(driver, "webgpu-fp16"))
    expect(cosine(wanted, found), name).toBeGreaterThan(SAME_DIRECTION);

  writeFileSync(file("recipe.json"), JSON.stringify(RECIPE));
  for (const device of ["cpu", "webgpu-fp16"])
    await run(
      driver,
      "step",
      "recipe.json",
      "--step",
      "0",
      "--output",
      `step-${device}.safetensors`,
      "--device",
      device,
    );
  const [wanted, found] = ["cpu", "webgpu-fp16"].map((device) => readFloats(file(`step-${device}.safetensors`)));
  const gradient = (step: Record<string, number[]> | undefined): number[] => step?.["gradient.negative"] ?? [];
  expect(gradient(wanted)).toHaveLength(77 * 128);
  expect(cosine(gradient(wanted), gradient(found))).toBeGreaterThan(SAME_DIRECTION);
});

/** Of a single sampling step, so that both gradients are taken at the same place: trajectories in half precision go somewhat elsewhere. */
const RECIPE = {
  prompts: ["a red apple"],
  steps: 1,
  batch: 1,
  sampler: { steps: 1, lastSteps: 1 },
  previews: { every: 0 },
};

interface Compared {
  readonly name: string;
  /** From the CPU. */
  readonly wanted: readonly number[];
  readonly found: readonly number[];
}

/** The embedded networks, and the gradient of those that have one here. */
async function computeNetworks(driver: WebgpuDriver, device: string): Promise<readonly Compared[]> {
  writeFloats(file("unet.safetensors"), {
    sample: { shape: [1, 4, 16, 16], value: 0.5 },
    timestep: { shape: [], value: 900 },
    encoder_hidden_states: { shape: [1, 77, 128], value: 0.1 },
    "cotangent.out_sample": { shape: [1, 4, 16, 16], value: 1 },
  });
  writeFloats(file("vae_decoder.safetensors"), { latent_sample: { shape: [1, 4, 16, 16], value: 0.7 } });
  const gradients = { unet: ["--gradient", "encoder_hidden_states"], vae_decoder: [] };
  const compared: Compared[] = [];
  for (const [component, gradient] of Object.entries(gradients)) {
    for (const one of ["cpu", device]) {
      const files = ["--inputs", `${component}.safetensors`, "--output", `${component}-${one}.safetensors`];
      await run(driver, "network", EMOJI, "--component", component, ...files, ...gradient, "--device", one);
    }
    const [onCpu, onGpu] = ["cpu", device].map((one) => readFloats(file(`${component}-${one}.safetensors`)));
    expect(Object.keys(onGpu ?? {})).toEqual(Object.keys(onCpu ?? {}));
    for (const [name, wanted] of Object.entries(onCpu ?? {}))
      compared.push({ name: `${component} ${name}`, wanted, found: onGpu?.[name] ?? [] });
  }
  return compared;
}

async function run({ env }: WebgpuDriver, ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await startRenegWith(env, ...words).ended;
  expect(code, stderr).toBe(0);
}

function file(name: string): string {
  return test.info().outputPath(name);
}

function cosine(x: readonly number[], y: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, n, i) => sum + n * (b[i] ?? NaN), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
