// CLIPModel: how well a picture and a text belong together. Most rewards are of this shape.

import type { Value } from "../../compiler/graph.ts";
import { linear } from "../layers.ts";
import type { Scope } from "../scope.ts";
import type { ClipConfig } from "./clip-config.ts";
import { clipText, type ClipTextInputs } from "./clip-text.ts";
import { clipVision } from "./clip-vision.ts";

/** The tensors of either tower, with its projection. */
export function ownOfClip(text: boolean, vision: boolean): RegExp {
  const towers = [
    ...(text ? ["text_model", "text_projection"] : []),
    ...(vision ? ["vision_model", "visual_projection"] : []),
  ];
  return new RegExp(`^(${towers.join("|") || "(?!)"})\\.`);
}

/** Names of no tower, and not the factor between pictures and texts. */
export function strangersToClip(names: Iterable<string>): readonly string[] {
  const known = ownOfClip(true, true);
  return [...names].filter((name) => !known.test(name) && name !== "logit_scale");
}

/** [batch, projection_dim], of length 1 */
export function clipTextEmbedding(scope: Scope, config: ClipConfig, inputs: ClipTextInputs): Value {
  const { poolerOutput } = clipText(scope.at("text_model"), config.text_config, inputs);
  return unitLength(scope, linear(scope.at("text_projection"), poolerOutput, config.projection_dim, { bias: false }));
}

/** [batch, projection_dim], of length 1 */
export function clipImageEmbedding(scope: Scope, config: ClipConfig, pixelValues: Value): Value {
  const pooled = clipVision(scope.at("vision_model"), config.vision_config, pixelValues);
  return unitLength(scope, linear(scope.at("visual_projection"), pooled, config.projection_dim, { bias: false }));
}

/** exp(logit_scale) · cosine of every picture with every text: [images, texts] */
export function clipLogits(scope: Scope, imageEmbeds: Value, textEmbeds: Value): Value {
  const { b } = scope;
  const cosine = b.matmul(imageEmbeds, b.transpose(textEmbeds, [1, 0]));
  return b.mul(cosine, b.exp(scope.weight("logit_scale", [])));
}

function unitLength({ b }: Scope, x: Value): Value {
  return b.div(x, b.sqrt(b.sum(b.mul(x, x), [1])));
}
