// All node types, in the order in which the library shows them.

import { addScores } from "./add-scores.ts";
import { applyControlnetToModel } from "./apply-controlnet-to-model.ts";
import { applyToControlnet } from "./apply-to-controlnet.ts";
import { applyToVideo } from "./apply-to-video.ts";
import { averageConditioning } from "./average-conditioning.ts";
import { blendConditioning } from "./blend-conditioning.ts";
import { cfg } from "./cfg.ts";
import { combineRewards } from "./combine-rewards.ts";
import { compare } from "./compare.ts";
import { concatConditioning } from "./concat-conditioning.ts";
import { controlnet } from "./controlnet.ts";
import type { NodeDefinition } from "./define-node.ts";
import { distanceToBase } from "./distance-to-base.ts";
import { distanceToStart } from "./distance-to-start.ts";
import { encoder } from "./encoder.ts";
import { evaluate } from "./evaluate.ts";
import { fineTuneTextEncoder } from "./fine-tune-text-encoder.ts";
import { group } from "./group.ts";
import { guidanceRescale } from "./guidance-rescale.ts";
import { latentFromImage } from "./latent-from-image.ts";
import { loadEmbedding } from "./load-embedding.ts";
import { loadLora } from "./load-lora.ts";
import { lora } from "./lora.ts";
import { modelBlend } from "./model-blend.ts";
import { negEmbeddingOptimizer } from "./neg-embedding-optimizer.ts";
import { negEmbedding } from "./neg-embedding.ts";
import { note } from "./note.ts";
import { optimizer } from "./optimizer.ts";
import { perSample } from "./per-sample.ts";
import { pipeline } from "./pipeline.ts";
import { preferenceLoss } from "./preference-loss.ts";
import { preferencePairs } from "./preference-pairs.ts";
import { preview } from "./preview.ts";
import { prompts } from "./prompts.ts";
import { ratedImages } from "./rated-images.ts";
import { ratingLoss } from "./rating-loss.ts";
import { rewardHead } from "./reward-head.ts";
import { rewardLora } from "./reward-lora.ts";
import { reward } from "./reward.ts";
import { sampler } from "./sampler.ts";
import { saveEmbedding } from "./save-embedding.ts";
import { scoreFunction } from "./score-function.ts";
import { textEncoderLora } from "./text-encoder-lora.ts";
import { tokenEmbedding } from "./token-embedding.ts";
import { unet } from "./unet.ts";
import { vaeDecoder } from "./vae-decoder.ts";
import { videoModel } from "./video-model.ts";

const definitions: readonly NodeDefinition[] = [
  prompts,
  pipeline,
  encoder,
  unet,
  loadLora,
  lora,
  textEncoderLora,
  fineTuneTextEncoder,
  controlnet,
  applyControlnetToModel,
  modelBlend,
  videoModel,
  blendConditioning,
  concatConditioning,
  averageConditioning,
  cfg,
  guidanceRescale,
  sampler,
  latentFromImage,
  vaeDecoder,
  reward,
  combineRewards,
  addScores,
  scoreFunction,
  distanceToStart,
  distanceToBase,
  preferencePairs,
  ratedImages,
  rewardHead,
  rewardLora,
  preferenceLoss,
  ratingLoss,
  negEmbedding,
  tokenEmbedding,
  loadEmbedding,
  negEmbeddingOptimizer,
  optimizer,
  perSample,
  saveEmbedding,
  preview,
  compare,
  evaluate,
  applyToVideo,
  applyToControlnet,
  note,
  group,
];

export type NodeDefinitions = ReadonlyMap<string, NodeDefinition>;

/** By type. */
export const nodeTypes: NodeDefinitions = new Map(definitions.map((definition) => [definition.type, definition]));
