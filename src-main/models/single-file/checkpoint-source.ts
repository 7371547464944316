// A pipeline in a single file: the networks are in it, tokenizer and noise schedule are those of Stable Diffusion.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { type ClipTextConfig, clipTextConfig } from "../clip/clip-config.ts";
import { readPartConfig } from "../model-part.ts";
import type { PipelineSource, TokenizerSource } from "../pipeline-source.ts";
import { CLIP_VOCABULARY_SIZE, readClipVocabulary } from "../tokenizer/clip-vocabulary.ts";
import { readTokenizerFiles } from "../tokenizer/tokenizer-files.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { isOpenClip } from "./derive-config.ts";

/** What all of Stable Diffusion 1.x and 2.x was trained with; only what the UNet predicts differs. */
const SCHEDULER = {
  _class_name: "DDIMScheduler",
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  timestep_spacing: "leading",
  steps_offset: 1,
  set_alpha_to_one: false,
  clip_sample: false,
};

/** @throws Refusal if the file is damaged or of a family that cannot be run */
export function openPipelineFile(path: string): PipelineSource {
  const { file, name, part } = openCheckpoint(path);
  return {
    name,
    path: file,
    part,
    readTokenizer: () => findTokenizer(file, readPartConfig(clipTextConfig, part("text_encoder"))),
    readScheduler: () => ({ file, text: JSON.stringify(SCHEDULER), tellsPrediction: false }),
  };
}

/** A tokenizer folder beside the file goes before CLIP's own vocabulary. */
function findTokenizer(file: string, text: ClipTextConfig): TokenizerSource {
  const beside = join(dirname(file), "tokenizer");
  if (existsSync(join(beside, "vocab.json"))) return { files: readTokenizerFiles(beside), place: { file: beside } };
  if (text.vocab_size !== CLIP_VOCABULARY_SIZE) {
    refuse({
      code: "checkpoint-vocabulary",
      at: { file },
      message: `the text encoder knows ${text.vocab_size} tokens, not the ${CLIP_VOCABULARY_SIZE} of CLIP, and a single file holds no vocabulary`,
      help: "name the tokenizer's folder (`--tokenizer`, or `tokenizer` in a recipe), or put it beside the file as tokenizer/",
    });
  }
  const isPaddedWithZeros = isOpenClip(text.hidden_size, text.num_hidden_layers);
  return { files: readClipVocabulary(isPaddedWithZeros ? "zero" : "end"), place: { file } };
}
