// A reward: how good a picture is for a prompt, as a number that can be differentiated by the picture.

import { basename, resolve } from "node:path";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { clipConfig } from "../clip/clip-config.ts";
import { openNetwork } from "../networks.ts";
import { readConfig } from "../parse-config.ts";
import { loadClipTokenizer, type ClipTokenizer } from "../tokenizer/clip-tokenizer.ts";
import { preprocess, readPreprocessor } from "./preprocess.ts";

export interface Reward {
  /** The folder's own name, unless the caller knows a better one. */
  readonly name: string;
  readonly folder: string;
  readonly tokenizer: ClipTokenizer;
  /** Width of the embeddings that text and picture share. */
  readonly width: number;
  /** int64 [batch, tokens] twice → [batch, width], of length 1. Needed once for each prompt. */
  readonly textEmbedding: (b: GraphBuilder, inputIds: Value, attentionMask: Value) => Value;
  /** image [batch, 3, height, width] in −1…1, text [batch, width] → [batch]: the cosine, as HPS takes it */
  readonly score: (b: GraphBuilder, image: Value, text: Value) => Value;
}

/** @param folder a CLIPModel folder of transformers, with its tokenizer and preprocessor_config.json */
export function openReward(folder: string): Reward {
  const root = resolve(folder);
  const config = readConfig(clipConfig, root);
  const network = openNetwork(root, "reward");
  const preprocessor = readPreprocessor(root, config.vision_config.image_size);
  return {
    name: basename(root),
    folder: root,
    tokenizer: loadClipTokenizer(root),
    width: config.projection_dim,
    textEmbedding: (b, inputIds, attentionMask) =>
      one(network.build(b, { input_ids: inputIds, attention_mask: attentionMask }), "text_embeds"),
    score: (b, image, text) => {
      const pixels = preprocess(b, image, preprocessor);
      const embedding = one(network.build(b, { pixel_values: pixels }), "image_embeds");
      return b.sum(b.mul(embedding, text), [1], 0);
    },
  };
}

function one(outputs: Readonly<Record<string, Value>>, name: string): Value {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the network was built without its output ${name}`);
  return value;
}
