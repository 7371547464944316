import { expect, test } from "vitest";
import { readLayoutFixture } from "../../../bench/parity/layout-models.ts";
import type { Shape } from "../../common/tensor.ts";
import { originalShapes } from "../../models/testing/sparse-checkpoint.ts";
import type { WeightLocation, WeightMap } from "../weight-map.ts";
import { findPart } from "./index.ts";
import { transposed } from "./views.ts";

const { networks, models } = readLayoutFixture();

function located(shape: Shape, offset = 0): WeightLocation {
  return { dtype: "float32", shape, file: "/model", offset, length: 4 * shape.reduce((n, size) => n * size, 1) };
}

function weights(shapes: Readonly<Record<string, Shape>>): WeightMap {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, located(shape)]));
}

const shapesOf = (found: WeightMap | undefined): Record<string, Shape> =>
  Object.fromEntries([...(found ?? [])].map(([name, { shape }]) => [name, shape] as const));

function networkNamed(wanted: string) {
  const found = networks.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`no network ${wanted}`);
  return found;
}

test.each(models)(
  "every tensor of $name in the original layout gets the name and shape that the network wants",
  (model) => {
    const means = { "model_ema.diffusion_modelinput_blocks00weight": [32, 4, 3, 3] };
    const file = weights({ ...originalShapes(model.name), ...means });
    expect(shapesOf(findPart(file, "text_encoder")?.weights)).toEqual(networkNamed(model.textEncoder).tensors);
    expect(shapesOf(findPart(file, "unet")?.weights)).toEqual(networkNamed(model.unet).tensors);
    expect(shapesOf(findPart(file, "vae")?.weights)).toEqual(networkNamed(model.vae).tensors);
  },
);

test("rows of a fused projection are places in the same tensor", () => {
  const file: WeightMap = new Map([
    ["cond_stage_model.model.ln_final.weight", located([2])],
    ["cond_stage_model.model.transformer.resblocks.4.attn.in_proj_weight", located([6, 2], 100)],
    ["cond_stage_model.model.transformer.resblocks.4.attn.in_proj_bias", located([6], 500)],
  ]);
  const found = findPart(file, "text_encoder")?.weights;
  const place = (name: string) => found?.get(`encoder.layers.4.self_attn.${name}`);
  expect(place("q_proj.weight")).toEqual({ ...located([2, 2], 100) });
  expect(place("k_proj.weight")).toEqual({ ...located([2, 2], 116) });
  expect(place("v_proj.weight")).toEqual({ ...located([2, 2], 132) });
  expect(place("v_proj.bias")).toEqual({ ...located([2], 516) });
});

test.each(["text_model.", "", "cond_stage_model.transformer.", "cond_stage_model.transformer.text_model."])(
  "a CLIP text encoder is found under the prefix “%s”, without its stored positions",
  (prefix) => {
    const file = weights({
      [`${prefix}final_layer_norm.weight`]: [8],
      [`${prefix}embeddings.position_ids`]: [1, 77],
      "vision_model.post_layernorm.weight": [8],
    });
    const names = [...(findPart(file, "text_encoder")?.weights.keys() ?? [])];
    expect(names).toContain("final_layer_norm.weight");
    expect(names).not.toContain("embeddings.position_ids");
  },
);

test("the older names of diffusers' autoencoder become the newer ones", () => {
  const file = weights({
    "decoder.mid_block.resnets.0.conv1.weight": [8, 8, 3, 3],
    "decoder.mid_block.attentions.0.group_norm.weight": [8],
    "decoder.mid_block.attentions.0.query.weight": [8, 8],
    "decoder.mid_block.attentions.0.key.bias": [8],
    "decoder.mid_block.attentions.0.value.weight": [8, 8, 1, 1],
    "decoder.mid_block.attentions.0.proj_attn.weight": [8, 8],
  });
  expect(shapesOf(findPart(file, "vae")?.weights)).toEqual({
    "decoder.mid_block.resnets.0.conv1.weight": [8, 8, 3, 3],
    "decoder.mid_block.attentions.0.group_norm.weight": [8],
    "decoder.mid_block.attentions.0.to_q.weight": [8, 8],
    "decoder.mid_block.attentions.0.to_k.bias": [8],
    "decoder.mid_block.attentions.0.to_v.weight": [8, 8],
    "decoder.mid_block.attentions.0.to_out.0.weight": [8, 8],
  });
});

test("a file without a network's mark does not hold it", () => {
  expect(findPart(weights({ "encoder.final_layer_norm.weight": [8] }), "text_encoder")).toBeUndefined();
  expect(findPart(weights({}), "unet")).toBeUndefined();
});

test("a matrix that lies the other way keeps its bytes and says so", () => {
  expect(transposed(located([3, 5], 8))).toEqual({ ...located([5, 3], 8), transposed: true });
});
