import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { createGraphSession } from "../runtime/graph-session.ts";
import { readSafetensorsHeader, writeSafetensors } from "../weights/safetensors.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { ExternalWeight } from "./graph.ts";

test("two networks in one graph that call different tensors alike each read their own, and a tensor that both read is one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-builder-"));
  const stored = (file: string, values: number[]): ExternalWeight => {
    const path = join(folder, file);
    writeSafetensors(path, { "conv_in.bias": floatTensor([2], values) });
    const found = readSafetensorsHeader(path).tensors.get("conv_in.bias");
    if (found === undefined) throw new Error("a tensor that was written is missing");
    return found;
  };
  try {
    const [unet, controlnet] = [stored("unet.safetensors", [1, 2]), stored("controlnet.safetensors", [30, 40])];
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2]);
    const first = b.weight("conv_in.bias", unet);
    const second = b.weight("conv_in.bias", controlnet);
    expect(b.weight("conv_in.bias", unet)).toBe(first);
    expect(second).not.toBe(first);
    b.output("y", b.add(b.add(x, first), second));
    const graph = b.build();
    expect(graph.weights.size).toBe(2);
    const session = await createGraphSession(graph, { device: "cpu", stage: "test" });
    const { y } = await session.run({ x: floatTensor([2], [0.5, 0.5]) });
    expect(y?.data).toEqual(Float32Array.of(31.5, 42.5));
    await session.release();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
