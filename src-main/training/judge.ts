// Scores pictures with a reward; texts are encoded once.

import { floatTensor } from "../common/tensor.ts";
import type { Reward } from "../models/reward/reward.ts";
import type { PictureSize } from "./generator.ts";
import { rewardGradientGraph, rewardGraph, rewardTextGraph } from "./stage-graphs.ts";
import type { Stage, StageSessions } from "./stage-sessions.ts";
import { idTensor } from "./token-batch.ts";

export interface Judge {
  readonly reward: Reward;
  readonly sessions: StageSessions;
  readonly batch: number;
  readonly picture: PictureSize;
  readonly stages: { readonly text: Stage; readonly score: Stage; readonly gradient: Stage };
  /** Text embeddings by prompt. */
  readonly texts: Map<string, Float32Array>;
}

export function openJudge(reward: Reward, sessions: StageSessions, batch: number, picture: PictureSize): Judge {
  const size = { batch, ...picture };
  const { name } = reward;
  return {
    reward,
    sessions,
    batch,
    picture,
    stages: {
      text: { name: `reward ${name}, text`, build: () => rewardTextGraph(reward, 1) },
      score: { name: `reward ${name}`, build: () => rewardGraph(reward, size) },
      gradient: { name: `reward ${name} backwards`, build: () => rewardGradientGraph(reward, size) },
    },
    texts: new Map(),
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

async function feeds(judge: Judge, images: Float32Array, prompts: readonly string[]) {
  const { batch, picture, reward } = judge;
  const text = new Float32Array(batch * reward.width);
  for (const [i, prompt] of prompts.entries()) text.set(await embedText(judge, prompt), i * reward.width);
  return {
    image: floatTensor([batch, 3, picture.height, picture.width], images),
    text: floatTensor([batch, reward.width], text),
  };
}

async function embedText({ reward, sessions, stages, texts }: Judge, prompt: string): Promise<Float32Array> {
  const known = texts.get(prompt);
  if (known !== undefined) return known;
  const { ids, attentionMask } = reward.tokenizer.encode(prompt);
  const inputs = { input_ids: idTensor([ids]), attention_mask: idTensor([attentionMask]) };
  const embedding = present((await sessions.run(stages.text, inputs))["text"]);
  texts.set(prompt, embedding);
  return embedding;
}

function present(data: Float32Array | undefined): Float32Array {
  if (data === undefined) throw new Error("a reward lacks an output that it was built with");
  return data;
}
