import { expect, test } from "vitest";
import { clipTextConfig } from "./clip/clip-config.ts";
import { embeddingSpaceOf } from "./embedding-space.ts";

/** As published with Stable Diffusion 1.5 and 2.1. */
const CLIP_L = {
  hidden_act: "quick_gelu",
  hidden_size: 768,
  intermediate_size: 3072,
  max_position_embeddings: 77,
  num_attention_heads: 12,
  num_hidden_layers: 12,
  vocab_size: 49408,
};
const OPENCLIP_H = {
  hidden_act: "gelu",
  hidden_size: 1024,
  intermediate_size: 4096,
  max_position_embeddings: 77,
  num_attention_heads: 16,
  num_hidden_layers: 23,
  vocab_size: 49408,
};

function spaceOf(config: object) {
  return embeddingSpaceOf(clipTextConfig.parse(config), new Map());
}

test("the text encoders of Stable Diffusion 1.x and 2.x have known spaces", () => {
  expect(spaceOf(CLIP_L)).toEqual({ id: "clip-l14/last+ln", tokens: 77, width: 768 });
  expect(spaceOf(OPENCLIP_H)).toEqual({ id: "openclip-h14/penultimate+ln", tokens: 77, width: 1024 });
});

test("an encoder of the same width that ends at another layer has a space of its own", () => {
  expect(spaceOf({ ...OPENCLIP_H, num_hidden_layers: 24 }).id).toMatch(/^clip-text-1024x24\//);
  expect(spaceOf({ ...CLIP_L, hidden_act: "gelu" }).id).toMatch(/^clip-text-768x12\//);
});
