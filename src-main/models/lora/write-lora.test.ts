import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { elementCount, floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { readTensorAt } from "../../weights/read-tensor.ts";
import { readSafetensorsHeader } from "../../weights/safetensors.ts";
import { openPipeline } from "../pipeline.ts";
import { readLora } from "./read-lora.ts";
import { writeLora } from "./write-lora.ts";

const folder = mkdtempSync(join(tmpdir(), "write-lora-"));
afterAll(() => rmSync(folder, { recursive: true }));
const emoji = openPipeline("emoji");

function numbers(...shape: readonly number[]): FloatTensor {
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i)),
  );
}

const convolution = {
  part: "unet",
  path: "mid_block.resnets.0.conv1",
  down: numbers(2, 128, 3, 3),
  up: numbers(128, 2, 1, 1),
} as const;
const matrix = {
  part: "text encoder",
  path: "encoder.layers.0.mlp.fc1",
  down: numbers(2, 128),
  up: numbers(512, 2),
} as const;
const changes = [convolution, matrix];

test.each(["kohya", "diffusers"] as const)("what is written in the names of %s is read back", (naming) => {
  const file = join(folder, `${naming}.safetensors`);
  writeLora(file, { changes, rank: 2, alpha: 3 }, { naming, about: { note: "told" } });
  const read = readLora(file, emoji).changes;
  for (const { part, path, down, up } of changes) {
    const found = read[part].get(`${path}.weight`);
    if (found === undefined) throw new Error(`${path} was written`);
    expect(found.scale).toBe(1.5);
    expect(readTensorAt(found.down)).toEqual(down);
    expect(readTensorAt(found.up)).toEqual(up);
  }
  expect(readSafetensorsHeader(file).metadata["note"]).toBe("told");
});

test("tensors are called as kohya's scripts and diffusers call them", () => {
  const names = (["kohya", "diffusers"] as const).flatMap((naming) => [
    ...readSafetensorsHeader(join(folder, `${naming}.safetensors`)).tensors.keys(),
  ]);
  expect(names.toSorted()).toMatchInlineSnapshot(`
    [
      "lora_te_text_model_encoder_layers_0_mlp_fc1.alpha",
      "lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight",
      "lora_te_text_model_encoder_layers_0_mlp_fc1.lora_up.weight",
      "lora_unet_mid_block_resnets_0_conv1.alpha",
      "lora_unet_mid_block_resnets_0_conv1.lora_down.weight",
      "lora_unet_mid_block_resnets_0_conv1.lora_up.weight",
      "text_encoder.text_model.encoder.layers.0.mlp.fc1.lora_A.weight",
      "text_encoder.text_model.encoder.layers.0.mlp.fc1.lora_B.weight",
      "unet.mid_block.resnets.0.conv1.lora_A.weight",
      "unet.mid_block.resnets.0.conv1.lora_B.weight",
    ]
  `);
});
