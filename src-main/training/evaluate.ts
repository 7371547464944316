// Draws the same prompts and seeds under several negatives and scores every picture: what a learned embedding is worth.

import { refuse } from "../common/diagnostic.ts";
import { CONDITIONS, type Condition, type EvaluationScore } from "../common/evaluation-report.ts";
import { type DrawOptions, drawPictures, type PictureRequest } from "./draw-pictures.ts";
import { score, type Judge } from "./judge.ts";
import { toNetwork, type Picture } from "./picture.ts";
import type { Learner } from "./reneg-step.ts";

export interface Evaluation {
  readonly scores: readonly EvaluationScore[];
  /** In the order of the scores. */
  readonly pictures: readonly Picture[];
}

export interface EvaluateOptions extends Pick<DrawOptions, "onStep" | "onDecoded"> {
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  /** [tokens, width] each */
  readonly negatives: { readonly [C in Condition]: Float32Array };
  readonly guidance: number;
  /** Called with sampling steps done and in all, over all three negatives. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/**
 * Scores are of pictures as they are saved, of 8 bits a channel, so that `reneg score` finds the same.
 * @throws Refusal without a held-out reward: the one that was climbed proves nothing
 */
export async function evaluate(learner: Learner, options: EvaluateOptions): Promise<Evaluation> {
  const { generator, scheduler, objectives, heldOut } = learner;
  const [first, ...others] = heldOut;
  const { prompts, seeds, negatives, guidance, onProgress, ...hooks } = options;
  if (first === undefined) return refuseUnwatched();
  const requests = prompts.flatMap((prompt) => seeds.map((seed): PictureRequest => ({ prompt, seed })));
  const scores: EvaluationScore[] = [];
  const pictures: Picture[] = [];
  for (const [i, condition] of CONDITIONS.entries()) {
    const drawn = await drawPictures(generator, scheduler, requests, {
      negative: negatives[condition],
      guidance,
      ...hooks,
      onProgress: (done, total) => onProgress(i * total + done, CONDITIONS.length * total),
    });
    const names = requests.map(({ prompt }) => prompt);
    const train = await scoreAll(objectives, drawn, names);
    const alone = ([, judge]: typeof first) => scoreAll([{ judge, weight: 1 }], drawn, names);
    const watched = await alone(first);
    const further: [name: string, values: number[]][] = [];
    for (const other of others) further.push([other[0], await alone(other)]);
    for (const [j, request] of requests.entries()) {
      const more = Object.fromEntries(further.map(([name, values]) => [name, values[j] ?? NaN]));
      scores.push({
        condition,
        ...request,
        train: train[j] ?? NaN,
        heldOut: watched[j] ?? NaN,
        ...(others.length > 0 && { others: more }),
      });
    }
    pictures.push(...drawn);
  }
  return { scores, pictures };
}

function refuseUnwatched(): never {
  refuse({
    code: "evaluation-held-out",
    at: { part: "heldOut" },
    message: "there is no reward but the one that was trained against, and that one alone proves nothing",
    help: "name another reward under `heldOut`; docs/rewards.md lists them",
  });
}

/** Σ weight · score of each picture for its prompt. */
export async function scoreAll(
  judges: readonly { readonly judge: Judge; readonly weight: number }[],
  pictures: readonly Picture[],
  prompts: readonly string[],
): Promise<number[]> {
  const sums = pictures.map(() => 0);
  for (const { judge, weight } of judges) {
    for (let first = 0; first < pictures.length; first += judge.batch) {
      const part = pictures.slice(first, first + judge.batch);
      const length = 3 * judge.picture.height * judge.picture.width;
      const images = new Float32Array(judge.batch * length);
      for (const [i, picture] of part.entries()) images.set(toNetwork(picture), i * length);
      const result = await score(judge, images, prompts.slice(first, first + part.length));
      for (const i of part.keys()) sums[first + i] = (sums[first + i] ?? 0) + weight * (result[i] ?? NaN);
    }
  }
  return sums;
}
