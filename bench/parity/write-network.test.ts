import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Tensor } from "../../src-main/common/tensor.ts";
import { readSafetensorsHeader, readTensors } from "../../src-main/weights/safetensors.ts";
import { networkNamed } from "./manifest.ts";
import { generateWeight } from "./weight-generator.ts";
import { writeNetwork } from "./write-network.ts";

const folder = mkdtempSync(join(tmpdir(), "parity-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the files of a network hold its configuration and every tensor with its generated numbers", () => {
  const network = networkNamed("text-clip-l-older-names");
  writeNetwork(network, folder);
  expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).toEqual(network.config);
  const tensors = readTensors(join(folder, "model.safetensors"));
  expect(Object.keys(tensors)).toEqual(Object.keys(network.tensors));
  for (const [name, shape] of Object.entries(network.tensors)) {
    expect(tensors[name]?.shape).toEqual(shape);
    expect(bytesOf(tensors[name]).equals(bytesOf(generateWeight(name, shape, network.seed))), name).toBe(true);
  }
});

test("a half-precision network is stored in half precision", () => {
  writeNetwork(networkNamed("unet-small"), folder);
  const { tensors } = readSafetensorsHeader(join(folder, "diffusion_pytorch_model.safetensors"));
  expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["float16"]));
});

function bytesOf(tensor: Tensor | undefined): Buffer {
  return Buffer.from(tensor?.data.buffer ?? new ArrayBuffer());
}
