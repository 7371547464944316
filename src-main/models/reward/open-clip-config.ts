// open_clip_config.json of a CLIP in OpenCLIP's names: what the tensors do not tell.

import { z } from "zod";
import { axis, type ConfigTable, count, tableSchema } from "../../common/config-table.ts";
import { openClipPreprocessing } from "./preprocessor-config.ts";

/** Attention and feed-forward layers of other kinds, in both towers. */
const blocks = {
  ls_init_value: [null],
  act_kwargs: [null, {}],
  norm_kwargs: [null, {}],
  block_type: [null, "default"],
  qk_norm: [false],
  scaled_cosine_attn: [false],
  scale_heads: [false],
  scale_attn_inner: [false],
  scale_attn: [false],
  scale_fc: [false],
  final_ln_after_pool: [false],
};

export const openClipVisionTable = {
  className: "CLIPVisionCfg",
  used: { head_width: axis.default(64) },
  only: {
    ...blocks,
    attentional_pool: [false],
    no_ln_pre: [false],
    pos_embed_type: ["learnable"],
    pool_type: ["tok"],
    timm_model_name: [null],
  },
  harmless: [
    // The tensors tell them.
    ...["layers", "width", "mlp_ratio", "patch_size", "image_size"],
    ...["patch_dropout", "output_tokens", "attn_pooler_queries", "attn_pooler_heads"],
    // Of a tower that timm builds.
    ...["timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path"],
    "timm_use_rope",
  ],
} satisfies ConfigTable;

export const openClipTextTable = {
  className: "CLIPTextCfg",
  used: {
    heads: count.default(8),
    /** A tokenizer of transformers in place of OpenCLIP's own. */
    hf_tokenizer_name: z.string().nullable().default(null),
    /** How texts are cleaned; what is not named here is not done. */
    tokenizer_kwargs: z
      .strictObject({ clean: z.literal("lower").optional() })
      .nullable()
      .default(null),
  },
  only: {
    ...blocks,
    embed_cls: [false],
    no_causal_mask: [false],
    pool_type: ["argmax"],
    proj_bias: [false],
    proj_type: ["linear"],
    hf_model_name: [null],
    tokenizer_mode: [null],
  },
  harmless: [
    ...["context_length", "vocab_size", "width", "layers", "mlp_ratio"],
    // A padding is never looked at, and the end of a text is its largest id.
    ...["pad_id", "eos_id", "output_tokens"],
    ...["hf_model_pretrained", "hf_proj_type", "hf_pooler_type"],
  ],
} satisfies ConfigTable;

export const openClipTable = {
  className: "CLIP of OpenCLIP",
  used: {
    quick_gelu: z.boolean().default(false),
    vision_cfg: tableSchema(openClipVisionTable).prefault({}),
    text_cfg: tableSchema(openClipTextTable).prefault({}),
  },
  only: { init_logit_bias: [null], nonscalar_logit_scale: [false], custom_text: [false, null] },
  harmless: ["embed_dim", "init_logit_scale", "cast_dtype", "output_dict"],
} satisfies ConfigTable;

const openClipFileTable = {
  className: "open_clip_config.json",
  used: { model_cfg: tableSchema(openClipTable), preprocess_cfg: openClipPreprocessing.prefault({}) },
  only: {},
  harmless: [],
} satisfies ConfigTable;
export const openClipConfig = tableSchema(openClipFileTable);
