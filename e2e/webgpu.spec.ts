// Every operator and its gradient on the WebGPU device, with nothing left to the CPU, against the operators' definitions.

import { expect, test } from "@playwright/test";
import { z } from "zod";
import { startRenegWith } from "./command-line.ts";
import { readFloats, writeFloats } from "./safetensors.ts";
import { findWebgpuDriver, NO_WEBGPU_DRIVER, runInDriver, withoutWebgpu } from "./webgpu-driver.ts";

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

const EMOJI = new URL("../resources/emoji/pipeline", import.meta.url).pathname;
/** Of a whole network: errors of single operators add up, those of the timestep's sines most of all. */
const NETWORK_TOLERANCE = 1e-3;

test("WebGPU and the CPU agree on the embedded UNet, its gradient and the decoder", async () => {
  test.skip(withoutWebgpu, "WebGPU is left out by RENEG_WITHOUT_WEBGPU=1");
  const driver = await findWebgpuDriver();
  if (driver === null) throw new Error(NO_WEBGPU_DRIVER);
  const file = (name: string): string => test.info().outputPath(name);
  writeFloats(file("unet.safetensors"), {
    sample: { shape: [1, 4, 16, 16], value: 0.5 },
    timestep: { shape: [], value: 900 },
    encoder_hidden_states: { shape: [1, 77, 128], value: 0.1 },
    "cotangent.out_sample": { shape: [1, 4, 16, 16], value: 1 },
  });
  writeFloats(file("vae_decoder.safetensors"), { latent_sample: { shape: [1, 4, 16, 16], value: 0.7 } });
  const gradients = { unet: ["--gradient", "encoder_hidden_states"], vae_decoder: [] };
  for (const [component, gradient] of Object.entries(gradients)) {
    for (const device of ["cpu", "webgpu"]) {
      const files = ["--inputs", `${component}.safetensors`, "--output", `${component}-${device}.safetensors`];
      const options = ["--component", component, ...files, ...gradient, "--device", device];
      const { code, stderr } = await startRenegWith(driver.env, "network", EMOJI, ...options).ended;
      expect(code, stderr).toBe(0);
    }
    const onCpu = readFloats(file(`${component}-cpu.safetensors`));
    const onGpu = readFloats(file(`${component}-webgpu.safetensors`));
    expect(Object.keys(onGpu)).toEqual(Object.keys(onCpu));
    for (const [name, wanted] of Object.entries(onCpu)) {
      const largest = Math.max(...wanted.map(Math.abs));
      const error = Math.max(...wanted.map((n, i) => Math.abs(n - (onGpu[name]?.[i] ?? NaN))));
      expect(error / largest, `${component} ${name}`).toBeLessThan(NETWORK_TOLERANCE);
    }
  }
});
