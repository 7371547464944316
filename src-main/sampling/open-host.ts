// What functions of a program ask for, on this machine: each file is opened once, and texts are encoded in sessions of their own.

import { resolve } from "node:path";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { ExampleList, PairExample, RatedExample } from "../common/example.ts";
import type { RewardOptions } from "../common/reward-options.ts";
import type { FloatTensor } from "../common/tensor.ts";
import { modelPath } from "../models/embedded.ts";
import { readLora } from "../models/lora/read-lora.ts";
import { openPipeline, type Pipeline } from "../models/pipeline.ts";
import { wordsOf } from "../models/prompt/read-parts.ts";
import { openReward } from "../models/reward/open-reward.ts";
import type { Reward } from "../models/reward/reward.ts";
import type { ClipReward } from "../models/reward/trained/as-clip.ts";
import { openSteering, openVideoModel, type VideoModel } from "../models/target/open-target.ts";
import { parameterKinds } from "../parameters/index.ts";
import { toNetwork } from "../pictures/picture.ts";
import { readExampleImage } from "../preferences/read-example-image.ts";
import { readPairs } from "../preferences/read-pairs.ts";
import { readRatings } from "../preferences/read-ratings.ts";
import type { Host } from "../program/host.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { openControlPicture } from "./control-picture.ts";
import { openImageEncoder } from "./image-encoder.ts";
import { openScheduler } from "./open-scheduler.ts";
import { openRewardEmbedder, type RewardEmbedder } from "./reward-embedder.ts";
import { openRewardText, type RewardTextEncoder } from "./reward-text.ts";
import { splitList } from "./split-list.ts";
import { openTextEncoder, type TextEncoder } from "./text-encoder.ts";

/** @param warn hears of files that may have been read wrong */
export function openHost(sessions: StageSessions, warn?: (warning: Diagnostic) => Promise<void>): Host {
  const pipelines = new Map<string, Pipeline>();
  const videoModels = new Map<string, VideoModel>();
  const rewards = new Map<string, Reward>();
  const pairs = new Map<string, ExampleList<PairExample>>();
  const rated = new Map<string, ExampleList<RatedExample>>();
  const encoders = new Map<Pipeline, TextEncoder>();
  const readers = new Map<Reward, RewardTextEncoder>();
  const embeddings = new Map<Pipeline, Map<string, Promise<FloatTensor>>>();
  const imageEncoders = new Map<string, ReturnType<typeof openImageEncoder>>();
  const encoderOf = (pipeline: Pipeline): TextEncoder =>
    getOr(encoders, pipeline, () => openTextEncoder(pipeline, sessions, warn));
  const readerOf = (reward: Reward): RewardTextEncoder =>
    getOr(readers, reward, () => {
      if (reward.text === null) throw new Error(`${reward.name} reads no text`);
      return openRewardText(reward.name, reward.text, sessions);
    });
  const embedders = new Map<ClipReward, RewardEmbedder>();
  const embedderOf = (reward: ClipReward): RewardEmbedder =>
    getOr(embedders, reward, () => openRewardEmbedder(reward, sessions));
  return {
    pipeline: (path, options) => getOr(pipelines, JSON.stringify([path, options]), () => openPipeline(path, options)),
    videoModel: (path, options) =>
      getOr(videoModels, JSON.stringify([path, options]), () => openVideoModel(path, options)),
    reward: (path: string, options: RewardOptions) =>
      getOr(rewards, JSON.stringify([path, options]), () => openReward(modelPath(path), options)),
    controlnet: (path, pipeline) => openSteering(modelPath(path), pipeline),
    scheduler: openScheduler,
    wordsOf,
    readText: (pipeline, text, reading, most) => encoderOf(pipeline).read(text, reading, most),
    encodeText: (pipeline, text, reading, chunks) => encoderOf(pipeline).encode(text, reading, chunks),
    loadEmbedding(pipeline, file, strength) {
      const known = getOr(embeddings, pipeline, () => new Map<string, Promise<FloatTensor>>());
      const path = resolve(file);
      return getOr(known, JSON.stringify([path, strength]), () => encoderOf(pipeline).load(path, strength));
    },
    lora: readLora,
    readTokens: (pipeline, ...text) => encoderOf(pipeline).readTokens(...text),
    textStage: (pipeline) => encoderOf(pipeline).stage,
    rewardFeatures: (reward, words) => readerOf(reward).encode(words),
    rewardTextStage: (reward) => readerOf(reward).stage,
    controlPicture: openControlPicture,
    rewardEmbedding: (reward, image) => embedderOf(reward).embed(image),
    rewardEmbeddingStage: (reward) => embedderOf(reward).stage,
    pairs(source, options) {
      const list = getOr(pairs, source, () => readPairs(modelPath(source)));
      return splitList(list, options, ({ better, worse }) => [better, worse]);
    },
    ratedImages(source, options) {
      const list = getOr(rated, source, () => readRatings(modelPath(source)));
      return splitList(list, options, ({ image }) => [image]);
    },
    exampleImage: async (source, table, row) => {
      const { picture } = await readExampleImage(source, table, row);
      return { height: picture.height, width: picture.width, data: toNetwork(picture) };
    },
    parameterKinds,
    imageEncoder: (pipeline, source, size) =>
      getOr(imageEncoders, JSON.stringify([pipeline.path, source, size]), () =>
        openImageEncoder(pipeline, source, size, sessions),
      ).encode,
  };
}

function getOr<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
