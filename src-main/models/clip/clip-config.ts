// config.json of CLIPTextModel, CLIPVisionModel and CLIPModel (transformers), with its defaults.

import { z } from "zod";
import { axis, type ConfigTable, count, epsilon, pixels, tableSchema } from "../../common/config-table.ts";
import { refuseIndivisible } from "../divisible.ts";
import { activations, type ActivationName } from "../layers.ts";
import { transformersHarmless, transformersOnly } from "../transformers-keys.ts";

// Object.keys widens the keys of `activations`.
const activationNames = Object.keys(activations) as ActivationName[];

const tower = {
  hidden_act: z.enum(activationNames).default("quick_gelu"),
  layer_norm_eps: epsilon.default(1e-5),
  num_hidden_layers: count.default(12),
};

const harmless = [
  ...transformersHarmless,
  // What CLIPModel projects to stands in its own config; a tower alone projects nothing.
  "projection_dim",
];

export const clipTextTable = {
  className: "CLIPTextConfig",
  used: {
    ...tower,
    vocab_size: axis.default(49408),
    hidden_size: axis.default(512),
    intermediate_size: axis.default(2048),
    num_attention_heads: count.default(8),
    max_position_embeddings: axis.default(77),
    eos_token_id: z.int().default(49407),
  },
  // With a mask, which AltDiffusion's pipelines give their encoder.
  only: { ...transformersOnly, use_attention_mask: [false, null] },
  harmless,
} satisfies ConfigTable;

export const clipVisionTable = {
  className: "CLIPVisionConfig",
  used: {
    ...tower,
    hidden_size: axis.default(768),
    intermediate_size: axis.default(3072),
    num_attention_heads: count.default(12),
    num_channels: axis.default(3),
    image_size: pixels.default(224),
    patch_size: pixels.default(32),
  },
  only: transformersOnly,
  harmless: [...harmless, "eos_token_id"],
} satisfies ConfigTable;

function refuseOddHeads(
  { hidden_size: width, num_attention_heads }: { readonly hidden_size: number; readonly num_attention_heads: number },
  context: z.RefinementCtx,
): void {
  refuseIndivisible(context, [width], () => ({ num_attention_heads }));
}

const textTower = tableSchema(clipTextTable).superRefine(refuseOddHeads);
const visionTower = tableSchema(clipVisionTable).superRefine(refuseOddHeads);
export type ClipTextConfig = z.output<typeof textTower>;
export type ClipVisionConfig = z.output<typeof visionTower>;

/** Of a whole CLIPModel only the text tower is read, as transformers does where a text encoder is asked for. */
export const clipTextConfig = z.preprocess(
  (json) => (isObject(json) && isObject(json["text_config"]) ? json["text_config"] : json),
  textTower,
);

export const clipTable = {
  className: "CLIPConfig",
  used: {
    projection_dim: axis.default(512),
    text_config: textTower.prefault({}),
    vision_config: visionTower.prefault({}),
  },
  only: transformersOnly,
  harmless: [...transformersHarmless, "eos_token_id", "logit_scale_init_value"],
} satisfies ConfigTable;

/**
 * Files of 2021 tell the towers twice. The older key, text_config_dict, goes before text_config in all of transformers' versions,
 * and what it leaves out is then the default, whatever text_config says.
 */
export const clipConfig = z.preprocess((json) => {
  if (!isObject(json)) return json;
  const { text_config_dict: text, vision_config_dict: vision, text_config, vision_config, ...rest } = json;
  return { ...rest, text_config: text ?? text_config ?? {}, vision_config: vision ?? vision_config ?? {} };
}, tableSchema(clipTable));
export type ClipConfig = z.output<typeof clipConfig>;

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
