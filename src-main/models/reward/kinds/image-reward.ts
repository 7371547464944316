// ImageReward v1.0 (Xu et al. 2023, arXiv:2304.05977): BLIP reads the prompt while it looks at the picture; 0 is the average, 1 a deviation.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { refuse } from "../../../common/diagnostic.ts";
import { at } from "../../../compiler/shapes.ts";
import { readJson } from "../../../weights/json-file.ts";
import { bertEmbeddings, bertEncoder } from "../../blip/bert.ts";
import { type BertConfig, bertConfig, type BlipVisionConfig, blipVisionConfig } from "../../blip/blip-config.ts";
import { blipVision } from "../../blip/blip-vision.ts";
import { parseConfig } from "../../parse-config.ts";
import { readAll } from "../../scope.ts";
import { loadBertTokenizer } from "../../tokenizer/bert-tokenizer.ts";
import { applyAffineHead, readAffineHead } from "../affine-head.ts";
import { type Preprocessing, preprocess, printPreprocessing, usualPreprocessing } from "../preprocess.ts";
import { looseFileWith, type RewardFiles } from "../reward-files.ts";
import type { RewardKind } from "./kind.ts";

const MARK = "blip.text_encoder.embeddings.word_embeddings.weight";
const VISION = "blip.visual_encoder.";

/** Read where the prompt is encoded, or at once: the rest is read where a picture is scored. */
const WORDS = /^blip\.text_encoder\.embeddings\./;
const BUT_WORDS_AND_HEAD = /^(?!blip\.text_encoder\.embeddings\.|mlp\.)/;

/** Tokens of a prompt, marks included; longer ones are cut. */
const TOKENS = 35;
// Of the scores of the pictures that it was trained on (ImageReward.py).
const MEAN = 0.16717362830052426;
const DEVIATION = 1.0333394966054072;

export const imageReward: RewardKind = {
  name: "image-reward",
  title: "ImageReward",
  recognise: (files) => looseFileWith(files, MARK) !== undefined,
  open: (files, options) => {
    const { path, folder } = files;
    const loose = looseFileWith(files, MARK) ?? refuseWeights(files);
    const { tensors: weights } = loose;
    const text = readTextConfig(folder);
    const vision = blipVisionConfig(weights, VISION, loose.file);
    const head = readAffineHead(loose, "mlp.");
    const preprocessing = { ...usualPreprocessing(vision.side), antialias: options.antialias ?? true };
    if (options.score !== undefined) refuseScore(files);
    return {
      name: basename(path),
      path,
      weights,
      facts: printFacts(vision, text, preprocessing),
      text: {
        tokenizer: loadBertTokenizer(folder, { length: TOKENS, vocabularySize: text.vocab_size }),
        features: { words: [TOKENS, text.hidden_size], mask: [TOKENS] },
        encode: (b, inputIds, attentionMask) =>
          readAll(b, weights, { file: path, own: WORDS }, (scope) => ({
            words: bertEmbeddings(scope.at("blip.text_encoder.embeddings"), text, inputIds),
            mask: b.cast(attentionMask, "float32"),
          })),
      },
      score: (b, image, { words, mask }) => {
        if (words === undefined || mask === undefined) throw new Error("ImageReward was built without its text");
        const pixels = preprocess(b, image, preprocessing);
        const hidden = readAll(b, weights, { file: path, own: BUT_WORDS_AND_HEAD }, (scope) => {
          const picture = blipVision(scope.at(VISION.slice(0, -1)), vision, pixels);
          return bertEncoder(scope.at("blip.text_encoder.encoder"), text, { embeddings: words, mask, picture });
        });
        const first = b.reshape(b.slice(hidden, 1, 0, 1), [at(image.shape, 0), text.hidden_size]);
        const raw = applyAffineHead(b, head, first);
        return b.div(b.sub(raw, b.scalar(MEAN)), b.scalar(DEVIATION));
      },
    };
  },
};

/** med_config.json is published beside the weights; without it they are as published, BERT-base. */
function readTextConfig(folder: string): BertConfig {
  const file = join(folder, "med_config.json");
  return parseConfig(bertConfig, existsSync(file) ? readJson(file) : {}, file);
}

function printFacts(vision: BlipVisionConfig, text: BertConfig, preprocessing: Preprocessing) {
  const { side, patch } = vision;
  return {
    score: "how well the picture serves the prompt; 0 is the average, 1 a standard deviation",
    picture: `${side}×${side} pixels in patches of ${patch}×${patch}`,
    "vision tower": `${vision.layers} layers of width ${vision.width}, ${vision.heads} heads`,
    "text tower": `${text.num_hidden_layers} layers of width ${text.hidden_size}, ${text.num_attention_heads} heads, looking at the picture; ${TOKENS} tokens of ${text.vocab_size}`,
    resizing: printPreprocessing(preprocessing),
  };
}

function refuseWeights({ path }: RewardFiles): never {
  return refuse({
    code: "reward-files",
    at: { file: path },
    message: "the weights of ImageReward do not lie here",
    help: "they are the file ImageReward.pt; see docs/rewards.md",
  });
}

function refuseScore({ path }: RewardFiles): never {
  return refuse({
    code: "reward-score",
    at: { file: path, part: "score" },
    message: "this reward has neither a cosine nor a scaled score",
    help: "leave out `score`",
  });
}
