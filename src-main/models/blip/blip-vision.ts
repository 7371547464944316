// BLIP's vision tower (Li et al. 2022, arXiv:2201.12086): a vision transformer as timm names it, to one vector a patch.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { activations, conv2d, layerNorm, linear, multiHeadAttention } from "../layers.ts";
import type { Scope } from "../scope.ts";
import type { BlipVisionConfig } from "./blip-config.ts";

const EPSILON = 1e-6;

/** @param pixels [batch, 3, side, side], normalised → [batch, 1 + patches, width] */
export function blipVision(scope: Scope, config: BlipVisionConfig, pixels: Value): Value {
  const { b } = scope;
  const { width, patch, layers } = config;
  const batch = at(pixels.shape, 0);
  const grid = conv2d(scope.at("patch_embed.proj"), pixels, width, { kernel: patch, stride: patch });
  const patches = at(grid.shape, 2) * at(grid.shape, 3);
  const tokens = b.transpose(b.reshape(grid, [batch, width, patches]), [0, 2, 1]);
  const classToken = b.expand(scope.weight("cls_token", [1, 1, width]), [batch, 1, width]);
  let hidden = b.add(b.concat([classToken, tokens], 1), scope.weight("pos_embed", [1, 1 + patches, width]));
  for (let i = 0; i < layers; i++) hidden = block(scope.at(`blocks.${i}`), config, hidden);
  return layerNorm(scope.at("norm"), hidden, EPSILON);
}

function block(scope: Scope, { width, heads, mlpWidth }: BlipVisionConfig, x: Value): Value {
  const { b } = scope;
  const fused = linear(scope.at("attn.qkv"), layerNorm(scope.at("norm1"), x, EPSILON), 3 * width);
  const [query, key, value] = [
    b.slice(fused, 2, 0, width),
    b.slice(fused, 2, width, 2 * width),
    b.slice(fused, 2, 2 * width, 3 * width),
  ];
  const attended = linear(scope.at("attn.proj"), multiHeadAttention(scope, { query, key, value }, heads), width);
  const afterAttention = b.add(x, attended);
  const mlp = scope.at("mlp");
  const inner = linear(mlp.at("fc1"), layerNorm(scope.at("norm2"), afterAttention, EPSILON), mlpWidth);
  return b.add(afterAttention, linear(mlp.at("fc2"), activations.gelu(mlp, inner), width));
}
