// Draws the same prompts and seeds under several negatives and scores every picture: what a learned embedding is worth.

import { refuse } from "../common/diagnostic.ts";
import { CONDITIONS, type Condition, type EvaluationScore } from "../common/evaluation-report.ts";
import type { EvaluationImages } from "../evaluation/evaluation-images.ts";
import { toNetwork, type Picture } from "../pictures/picture.ts";
import { type DrawOptions, drawPictures, type PictureRequest } from "./draw-pictures.ts";
import { score, type Judge } from "./judge.ts";
import type { Learner } from "./reneg-step.ts";

export interface Compared {
  readonly scores: readonly Omit<EvaluationScore, "heldOut">[];
  /** In the order of the scores. */
  readonly pictures: readonly Picture[];
}

export interface Evaluation extends Compared {
  readonly scores: readonly EvaluationScore[];
}

export interface EvaluateOptions extends Pick<DrawOptions, "onStep" | "onDecoded"> {
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  /** [tokens, width] each */
  readonly negatives: { readonly [C in Condition]: Float32Array };
  readonly guidance: number;
  /** Called with images drawn and in all, over all three negatives. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
  /** Called with images scored and in all, over all rewards. */
  readonly onScored?: (done: number, total: number) => Promise<void>;
  /** Where images lie that were drawn before, and those that are drawn now are kept. */
  readonly kept?: EvaluationImages;
}

/** Scores them by the rewards that were climbed alone, which proves nothing, and is enough where nothing is claimed. */
export async function compare(learner: Learner, options: EvaluateOptions): Promise<Compared> {
  const { requests, pictures } = await drawCompared(learner, options);
  const places = pictures.map((_, i) => placeOf(requests, i));
  const prompts = places.map(({ prompt }) => prompt);
  const onScored = countScored(learner.objectives.length * pictures.length, options);
  const train = await scoreAll(learner.objectives, pictures, prompts, { onScored });
  return { scores: places.map((place, i) => ({ ...place, train: train[i] ?? NaN })), pictures };
}

/**
 * Scores are of pictures as they are saved, of 8 bits a channel, so that `reneg score` finds the same.
 * @throws Refusal without a held-out reward: the one that was climbed proves nothing
 */
export async function evaluate(learner: Learner, options: EvaluateOptions): Promise<Evaluation> {
  const { objectives, heldOut } = learner;
  if (heldOut.size === 0) return refuseUnwatched();
  const { requests, pictures } = await drawCompared(learner, options);
  const places = pictures.map((_, i) => placeOf(requests, i));
  const prompts = places.map(({ prompt }) => prompt);
  const onScored = countScored((objectives.length + heldOut.size) * pictures.length, options);
  const train = await scoreAll(objectives, pictures, prompts, { onScored });
  const watched: [name: string, values: readonly number[]][] = [];
  for (const [name, judge] of heldOut) {
    watched.push([name, await scoreAll([{ judge, weight: 1 }], pictures, prompts, { onScored })]);
  }
  const [first, ...others] = watched;
  const scores = places.map((place, i): EvaluationScore => {
    const more = Object.fromEntries(others.map(([name, values]) => [name, values[i] ?? NaN]));
    return {
      ...place,
      train: train[i] ?? NaN,
      heldOut: first?.[1][i] ?? NaN,
      ...(others.length > 0 && { others: more }),
    };
  });
  return { scores, pictures };
}

/** Adds up what is scored batch by batch, over all judges. */
function countScored(total: number, { onScored }: EvaluateOptions): (batch: number) => Promise<void> {
  let done = 0;
  return async (batch) => {
    done += batch;
    await onScored?.(done, total);
  };
}

function refuseUnwatched(): never {
  refuse({
    code: "evaluation-held-out",
    at: { part: "heldOut" },
    message: "there is no reward but the one that was trained against, and that one alone proves nothing",
    help: "name another reward under `heldOut`; docs/rewards.md lists them",
  });
}

interface Drawn {
  /** Each prompt from each seed. */
  readonly requests: readonly PictureRequest[];
  /** Of all requests under the first condition, then under the next. */
  readonly pictures: readonly Picture[];
}

function placeOf(requests: readonly PictureRequest[], index: number) {
  const condition = CONDITIONS[Math.floor(index / requests.length)];
  const request = requests[index % requests.length];
  if (condition === undefined || request === undefined) throw new Error(`picture ${index} belongs to no request`);
  return { condition, ...request };
}

async function drawCompared({ generator, scheduler }: Learner, options: EvaluateOptions): Promise<Drawn> {
  const { prompts, seeds, negatives, guidance, onProgress, kept, onStep, onDecoded } = options;
  const requests = prompts.flatMap((prompt) => seeds.map((seed): PictureRequest => ({ prompt, seed })));
  const pictures: (Picture | null)[] = [];
  for (const condition of CONDITIONS) {
    for (const request of requests) pictures.push((await kept?.find(condition, request)) ?? null);
  }
  let done = pictures.filter((picture) => picture !== null).length;
  for (const [i, condition] of CONDITIONS.entries()) {
    const from = i * requests.length;
    const missing = requests.flatMap((request, j) => (pictures[from + j] === null ? [{ request, at: from + j }] : []));
    const before = done;
    const wanted = missing.map(({ request }) => request);
    await drawPictures(generator, scheduler, wanted, {
      negative: negatives[condition],
      guidance,
      ...(onStep && { onStep }),
      ...(onDecoded && { onDecoded }),
      onProgress: (drawn) => onProgress(before + drawn, pictures.length),
      async onPictures(first, batch) {
        for (const [j, picture] of batch.entries()) {
          const place = missing[first + j];
          if (place === undefined) continue;
          pictures[place.at] = picture;
          await kept?.keep(condition, place.request, picture);
        }
      },
    });
    done += missing.length;
  }
  return { requests, pictures: pictures.map(drawnOrThrow) };
}

function drawnOrThrow(picture: Picture | null): Picture {
  if (picture === null) throw new Error("a picture was not drawn");
  return picture;
}

export interface ScoreOptions {
  /** Scores a batch; absent: forwards only. */
  readonly by?: (judge: Judge, images: Float32Array, prompts: readonly string[]) => Promise<Float32Array>;
  /** Called after each batch of each judge, with how many pictures that were. */
  readonly onScored?: (batch: number) => Promise<void>;
}

/** Σ weight · score of each picture for its prompt. */
export async function scoreAll(
  judges: readonly { readonly judge: Judge; readonly weight: number }[],
  pictures: readonly Picture[],
  prompts: readonly string[],
  { by = score, onScored }: ScoreOptions = {},
): Promise<number[]> {
  const sums = pictures.map(() => 0);
  for (const { judge, weight } of judges) {
    for (let first = 0; first < pictures.length; first += judge.batch) {
      const part = pictures.slice(first, first + judge.batch);
      const length = 3 * judge.picture.height * judge.picture.width;
      const images = new Float32Array(judge.batch * length);
      for (const [i, picture] of part.entries()) images.set(toNetwork(picture), i * length);
      const result = await by(judge, images, prompts.slice(first, first + part.length));
      for (const i of part.keys()) sums[first + i] = (sums[first + i] ?? 0) + weight * (result[i] ?? NaN);
      await onScored?.(part.length);
    }
  }
  return sums;
}
