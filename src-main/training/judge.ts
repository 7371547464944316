// Scores pictures with a reward; texts are encoded once.

import { elementCount, type FloatTensor, floatTensor } from "../common/tensor.ts";
import type { Reward, RewardText } from "../models/reward/reward.ts";
import type { Stage, StageSessions } from "../runtime/stage-sessions.ts";
import { createTextStore, type TextStore } from "../runtime/text-store.ts";
import type { PictureSize } from "./generator.ts";
import { rewardGradientGraph, rewardGraph, rewardTextGraph } from "./reward-graphs.ts";
import { idTensor } from "./token-batch.ts";

export interface Judge {
  readonly reward: Reward;
  readonly sessions: StageSessions;
  readonly batch: number;
  readonly picture: PictureSize;
  readonly stages: { readonly score: Stage; readonly gradient: Stage };
  /** How prompts are encoded; null if the score only looks at the picture. */
  readonly text: { readonly stage: Stage; readonly reward: RewardText } | null;
  /** What is known of each prompt. */
  readonly texts: TextStore<PromptFeatures>;
  /** What is read of a prompt: its words, without the syntax of the pipeline's weights. */
  readonly wordsOf: (prompt: string) => string;
}

/** Numbers by the names that the reward gives them. */
type PromptFeatures = Readonly<Record<string, Float32Array>>;

export function openJudge(
  reward: Reward,
  sessions: StageSessions,
  batch: number,
  picture: PictureSize,
  wordsOf: (prompt: string) => string = (prompt) => prompt,
): Judge {
  const size = { batch, ...picture };
  const { name, text } = reward;
  return {
    reward,
    sessions,
    batch,
    picture,
    stages: {
      score: {
        name: `reward ${name}`,
        build: () => rewardGraph(reward, size),
        of: { network: "reward", work: "reward" },
      },
      gradient: {
        name: `reward ${name} backwards`,
        build: () => rewardGradientGraph(reward, size),
        of: { network: "reward", work: "gradient" },
      },
    },
    text: text && {
      reward: text,
      stage: {
        name: `reward ${name}, text`,
        build: () => rewardTextGraph(text, 1),
        of: { network: "reward", work: "text encoding" },
      },
    },
    texts: createTextStore((features) => Object.values(features).reduce((sum, { byteLength }) => sum + byteLength, 0)),
    wordsOf,
  };
}

/** images [batch, 3, height, width] in −1…1, a prompt for each → a score for each */
export async function score(judge: Judge, images: Float32Array, prompts: readonly string[]): Promise<Float32Array> {
  const outputs = await judge.sessions.run(judge.stages.score, await feeds(judge, images, prompts));
  return present(outputs["score"]);
}

export interface ScoreGradient {
  readonly score: Float32Array;
  /** d score / d image, as large as the images */
  readonly gradient: Float32Array;
}

export async function scoreWithGradient(
  judge: Judge,
  images: Float32Array,
  prompts: readonly string[],
): Promise<ScoreGradient> {
  const outputs = await judge.sessions.run(judge.stages.gradient, await feeds(judge, images, prompts));
  return { score: present(outputs["score"]), gradient: present(outputs["gradient"]) };
}

async function feeds(
  judge: Judge,
  images: Float32Array,
  prompts: readonly string[],
): Promise<Record<string, FloatTensor>> {
  const { batch, picture, text } = judge;
  const feeds: Record<string, FloatTensor> = { image: floatTensor([batch, 3, picture.height, picture.width], images) };
  const encoded: PromptFeatures[] = [];
  for (const prompt of prompts) encoded.push(await encodePrompt(judge, prompt));
  for (const [name, shape] of Object.entries(text?.reward.features ?? {})) {
    const length = elementCount(shape);
    const rows = new Float32Array(batch * length);
    for (const [i, features] of encoded.entries()) rows.set(present(features[name]), i * length);
    feeds[name] = floatTensor([batch, ...shape], rows);
  }
  return feeds;
}

async function encodePrompt({ text, sessions, texts, wordsOf }: Judge, prompt: string): Promise<PromptFeatures> {
  const known = texts.get(prompt);
  if (known !== undefined) return known;
  if (text === null) return {};
  const { ids, attentionMask } = text.reward.tokenizer.encode(wordsOf(prompt));
  const inputs = { input_ids: idTensor([ids]), attention_mask: idTensor([attentionMask]) };
  const features = await sessions.run(text.stage, inputs);
  texts.set(prompt, features);
  return features;
}

function present(data: Float32Array | undefined): Float32Array {
  if (data === undefined) throw new Error("a reward lacks an output that it was built with");
  return data;
}
