// The smaller commands on the embedded pipeline, one after another as a person would use them.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { reneg } from "./command-line.ts";
import { readShapes, writeFloats } from "./safetensors.ts";

test("pictures of the same seed are the same, and their score is the same each time", async () => {
  const draw = (name: string) =>
    reneg("sample", "--prompt", "a red apple", "--steps", "5", "--seed", "3", "-o", name, "--device", "cpu");
  expect((await draw("a.png")).code).toBe(0);
  expect((await draw("b.png")).code).toBe(0);
  const png = (name: string): Buffer => readFileSync(test.info().outputPath(name));
  expect(png("a.png").equals(png("b.png"))).toBe(true);

  const { code, stdout } = await reneg(
    "score",
    "--reward",
    "preference",
    "--prompt",
    "a red apple",
    "a.png",
    "b.png",
    "--json",
  );
  expect(code).toBe(0);
  const { scores } = JSON.parse(stdout);
  expect(scores).toHaveLength(2);
  expect(scores[0].score).toBe(scores[1].score);
  expect(Math.abs(scores[0].score)).toBeLessThanOrEqual(1);
});

test("one network runs on tensors from a file and gives outputs and gradients under diffusers' names", async () => {
  writeFloats(test.info().outputPath("in.safetensors"), {
    sample: { shape: [1, 4, 16, 16], value: 0.5 },
    timestep: { shape: [], value: 500 },
    encoder_hidden_states: { shape: [1, 77, 128], value: 0.1 },
    "cotangent.out_sample": { shape: [1, 4, 16, 16], value: 1 },
  });
  const files = ["--inputs", "in.safetensors", "--output", "out.safetensors"];
  const gradient = ["--gradient", "encoder_hidden_states"];
  const { code, stderr } = await reneg(
    "network",
    EMOJI,
    "--component",
    "unet",
    ...files,
    ...gradient,
    "--device",
    "cpu",
  );
  expect(code, stderr).toBe(0);
  expect(readShapes(test.info().outputPath("out.safetensors"))).toEqual({
    out_sample: [1, 4, 16, 16],
    deep_features: [1, 64, 16, 16],
    "gradient.encoder_hidden_states": [1, 77, 128],
  });
});

test("inspect tells what a folder is, and what is wrong with a file", async () => {
  const pipeline = await reneg("inspect", EMOJI, "--json");
  expect(pipeline.code).toBe(0);
  expect(JSON.parse(pipeline.stdout)).toMatchObject({ kind: "pipeline", problems: [] });

  writeFileSync(test.info().outputPath("model.safetensors"), "<!DOCTYPE html><html><body>404 Not Found</body></html>");
  const page = await reneg("inspect", "model.safetensors");
  expect(`${page.stdout}${page.stderr}`).toMatch(/web page|HTML/i);
  expect(`${page.stdout}${page.stderr}`).toContain("download");
});

test("doctor says of every device whether it is there and how to get it", async () => {
  const { code, stdout } = await reneg("doctor", "--json");
  expect(code).toBe(0);
  const { devices, chosen } = JSON.parse(stdout);
  expect(devices.map(({ device }: { device: string }) => device)).toEqual([
    "cuda",
    "cuda-fp16",
    "webgpu",
    "webgpu-fp16",
    "dml",
    "coreml",
    "cpu",
  ]);
  expect(devices.find(({ device }: { device: string }) => device === chosen)).toMatchObject({ available: true });
});

test("a missing pipeline is a fault with a way out, not a stack trace", async () => {
  const { code, stderr } = await reneg("sample", "--pipeline", "nowhere", "--prompt", "x", "-o", "x.png");
  expect(code).toBe(1);
  expect(stderr).toContain("nowhere");
  expect(stderr).toContain("help:");
  expect(stderr).not.toMatch(/^\s+at .*\.ts:\d+/m);
});

const EMOJI = new URL("../resources/emoji/pipeline", import.meta.url).pathname;

test("the committed pipeline stays small", () => {
  const parts = ["unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model"];
  const bytes = parts.reduce((sum, part) => sum + statSync(`${EMOJI}/${part}.safetensors`).size, 0);
  expect(bytes).toBeLessThan(20 * 2 ** 20);
});
