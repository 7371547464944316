// All functions of programs. A list that is passed as a value: who adds one adds it here.

import type { ProgramFunction, ProgramFunctions } from "../function.ts";
import { addScores } from "./add-scores.ts";
import { applyControlnet } from "./apply-controlnet.ts";
import { averageConditioning } from "./average-conditioning.ts";
import { blendConditioning } from "./blend-conditioning.ts";
import { blendModels } from "./blend-models.ts";
import { concatConditioning } from "./concat-conditioning.ts";
import { controlnet } from "./controlnet.ts";
import { decode } from "./decode.ts";
import { distanceToBase } from "./distance-to-base.ts";
import { distanceToStart } from "./distance-to-start.ts";
import { encodeImages } from "./encode-images.ts";
import { encodeText } from "./encode-text.ts";
import { encode } from "./encode.ts";
import { pairImage, ratedImage } from "./example-images.ts";
import { preferencePairs, ratedImages } from "./examples.ts";
import { givenImage } from "./given-image.ts";
import { guide } from "./guide.ts";
import { loadEmbedding } from "./load-embedding.ts";
import { loadLora, loadTextLora } from "./load-lora.ts";
import { lora, textLora } from "./lora.ts";
import { model } from "./model.ts";
import { negativeEmbedding } from "./negative-embedding.ts";
import { textEncoder, unet, vae } from "./pipeline-parts.ts";
import { predict } from "./predict.ts";
import { preferenceAccuracy, preferenceLoss, ratingLoss } from "./preference-loss.ts";
import { prompts } from "./prompts.ts";
import { rescaleGuidance } from "./rescale-guidance.ts";
import { sample } from "./sample.ts";
import { scoreByReward } from "./score-by-reward.ts";
import { scoreFunction } from "./score-function.ts";
import { score } from "./score.ts";
import { tokenEmbedding } from "./token-embedding.ts";
import { rewardHead, rewardLora } from "./trained-reward.ts";
import { trainedTextEncoder } from "./trained-text-encoder.ts";
import { videoModel, videoTextEncoder, videoUnet, videoVae } from "./video-model.ts";

const definitions: readonly ProgramFunction[] = [
  prompts,
  textEncoder,
  unet,
  vae,
  model,
  encode,
  encodeText,
  negativeEmbedding,
  predict,
  guide,
  sample,
  decode,
  score,
  addScores,
  loadEmbedding,
  blendConditioning,
  concatConditioning,
  averageConditioning,
  rescaleGuidance,
  blendModels,
  controlnet,
  applyControlnet,
  scoreFunction,
  distanceToStart,
  distanceToBase,
  encodeImages,
  videoModel,
  videoTextEncoder,
  videoUnet,
  videoVae,
  givenImage,
  loadLora,
  loadTextLora,
  lora,
  textLora,
  tokenEmbedding,
  trainedTextEncoder,
  preferencePairs,
  ratedImages,
  pairImage,
  ratedImage,
  rewardHead,
  rewardLora,
  scoreByReward,
  preferenceLoss,
  preferenceAccuracy,
  ratingLoss,
];

/** By name. */
export const programFunctions: ProgramFunctions = new Map(
  definitions.map((definition) => [definition.name, definition]),
);
