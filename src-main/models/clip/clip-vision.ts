// The vision tower of CLIP: a picture to one vector.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, layerNorm } from "../layers.ts";
import type { Scope } from "../scope.ts";
import type { ClipVisionConfig } from "./clip-config.ts";
import { clipEncoder } from "./clip-encoder.ts";

/** @param pixelValues [batch, 3, image_size, image_size], normalised → [batch, hidden_size]: the class token after its norm */
export function clipVision(scope: Scope, config: ClipVisionConfig, pixelValues: Value): Value {
  const { b } = scope;
  const { hidden_size: width, patch_size: patch, layer_norm_eps: epsilon } = config;
  const batch = at(pixelValues.shape, 0);
  const embeddings = scope.at("embeddings");
  const grid = conv2d(embeddings.at("patch_embedding"), pixelValues, width, {
    kernel: patch,
    stride: patch,
    bias: false,
  });
  const patches = at(grid.shape, 2) * at(grid.shape, 3);
  // [batch, width, rows, columns] → [batch, patches, width]
  const tokens = b.transpose(b.reshape(grid, [batch, width, patches]), [0, 2, 1]);
  const classToken = b.expand(embeddings.weight("class_embedding", [width]), [batch, 1, width]);
  const positions = embeddings.at("position_embedding").weight("weight", [patches + 1, width]);
  const embedded = b.add(b.concat([classToken, tokens], 1), positions);
  // The spelling is that of the published weights.
  const normed = layerNorm(scope.at("pre_layrnorm"), embedded, epsilon);
  const hidden = clipEncoder(scope.at("encoder"), config, normed, null);
  const pooled = b.reshape(b.slice(hidden, 1, 0, 1), [batch, width]);
  return layerNorm(scope.at("post_layernorm"), pooled, epsilon);
}
