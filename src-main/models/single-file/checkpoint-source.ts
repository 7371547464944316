// A pipeline in a single file: the networks are in it, tokenizer and noise schedule are those of Stable Diffusion.

import { dirname, join } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { type ClipTextConfig, clipTextConfig } from "../clip/clip-config.ts";
import { readPartConfig } from "../model-part.ts";
import { LATENT_DIFFUSION } from "../noise-schedules.ts";
import type { PipelineOptions, PipelineSource, TokenizerSource } from "../pipeline-source.ts";
import { CLIP_VOCABULARY_SIZE, readClipVocabulary } from "../tokenizer/clip-vocabulary.ts";
import { holdsTokenizer, readTokenizerFiles } from "../tokenizer/tokenizer-files.ts";
import { type Checkpoint, openCheckpoint, refuseFamily } from "./checkpoint.ts";
import { isOpenClip } from "./derive-config.ts";

/** @throws Refusal if the file is damaged or of a family that cannot be run */
export function openPipelineFile(path: string, { ema }: Pick<PipelineOptions, "ema"> = {}): PipelineSource {
  const { family, ...checkpoint } = openCheckpoint(path, ema);
  if (family.outlook !== "runs") refuseFamily(checkpoint.file, family);
  return checkpointSource(checkpoint);
}

/** The parts of a file, with the tokenizer and the noise that all of these families were trained with. */
export function checkpointSource({
  file,
  name,
  part,
  holds,
}: Pick<Checkpoint, "file" | "name" | "part" | "holds">): PipelineSource {
  return {
    name,
    path: file,
    part,
    // A tokenizer is no more than what belongs to a text encoder.
    holds: (wanted) => holds(wanted === "tokenizer" ? "text_encoder" : wanted),
    readTokenizer: () => findTokenizer(file, readPartConfig(clipTextConfig, part("text_encoder"))),
    readScheduler: () => ({ file, text: JSON.stringify(LATENT_DIFFUSION), tellsPrediction: false }),
  };
}

/** A tokenizer folder beside the file goes before CLIP's own vocabulary. */
function findTokenizer(file: string, text: ClipTextConfig): TokenizerSource {
  const beside = join(dirname(file), "tokenizer");
  if (holdsTokenizer(beside)) return { files: readTokenizerFiles(beside), place: { file: beside } };
  if (text.vocab_size !== CLIP_VOCABULARY_SIZE) {
    refuse({
      code: "checkpoint-vocabulary",
      at: { file },
      message: `the text encoder knows ${text.vocab_size} tokens, not the ${CLIP_VOCABULARY_SIZE} of CLIP, and a single file holds no vocabulary`,
      help: "name the tokenizer's folder (`tokenizer` in a recipe), or put it beside the file as tokenizer/",
    });
  }
  const isPaddedWithZeros = isOpenClip(text.hidden_size, text.num_hidden_layers);
  return { files: readClipVocabulary(isPaddedWithZeros ? "zero" : "end"), place: { file } };
}
