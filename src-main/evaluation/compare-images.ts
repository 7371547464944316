// Draws the same prompts and seeds under several negatives and scores every image: what a learned embedding is worth.

import { type Condition, CONDITIONS, type EvaluationScore } from "../common/evaluation-report.ts";
import type { Picture } from "../pictures/picture.ts";
import { drawImages, type DrawingObserver } from "../sampling/draw-images.ts";
import type { ImageRequest } from "../sampling/draw-latents.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { type OpenedScoredImage, scoreDrawn, type Scores } from "../sampling/scored-image.ts";
import type { EvaluationImages } from "./evaluation-images.ts";

export type Conditions = { readonly [C in Condition]: OpenedScoredImage };

export interface ComparedImages {
  /** Each prompt from each seed. */
  readonly requests: readonly ImageRequest[];
  readonly pictures: { readonly [C in Condition]: readonly Picture[] };
}

export interface CompareOptions {
  readonly parameters: ParameterValues;
  readonly observer: DrawingObserver;
  /** Called with images drawn and in all, over all conditions. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
  /** Where images lie that were drawn before, and those that are drawn now are kept. */
  readonly kept?: EvaluationImages;
}

/** @returns requests of each prompt from each seed */
export function requestsOf(prompts: readonly string[], seeds: readonly number[]): ImageRequest[] {
  return prompts.flatMap((prompt, place) => seeds.map((seed) => ({ prompt, seed, place })));
}

export async function drawCompared(
  conditions: Conditions,
  requests: readonly ImageRequest[],
  { parameters, observer, onProgress, kept }: CompareOptions,
): Promise<ComparedImages> {
  const found = new Map<Condition, (Picture | null)[]>();
  for (const condition of CONDITIONS) {
    const pictures: (Picture | null)[] = [];
    for (const request of requests) pictures.push((await kept?.find(condition, request)) ?? null);
    found.set(condition, pictures);
  }
  const total = CONDITIONS.length * requests.length;
  let done = [...found.values()].flat().filter((picture) => picture !== null).length;
  for (const [condition, pictures] of found) {
    const missing = requests.flatMap((request, at) => (pictures[at] === null ? [{ request, at }] : []));
    const before = done;
    const wanted = missing.map(({ request }) => request);
    await drawImages(conditions[condition].drawer, wanted, {
      parameters,
      ...observer,
      onProgress: (drawn) => onProgress(before + drawn, total),
      async onImages(first, batch) {
        for (const [i, picture] of batch.entries()) {
          const place = missing[first + i];
          if (place === undefined) continue;
          pictures[place.at] = picture;
          await kept?.keep(condition, place.request, picture);
        }
      },
    });
    done += missing.length;
  }
  const of = (condition: Condition): Picture[] => (found.get(condition) ?? []).map(drawnOrThrow);
  return { requests, pictures: { null: of("null"), handcrafted: of("handcrafted"), learned: of("learned") } };
}

function drawnOrThrow(picture: Picture | null): Picture {
  if (picture === null) throw new Error("an image was not drawn");
  return picture;
}

/** Of one image. */
export type ComparedScore = Omit<EvaluationScore, "heldOut"> & { readonly heldOut?: number };

export interface Compared {
  /** Of all requests under the first condition, then under the next. */
  readonly scores: readonly ComparedScore[];
  /** In the order of the scores. */
  readonly pictures: readonly Picture[];
}

export interface ScoreComparedOptions {
  readonly parameters: ParameterValues;
  /** Whether held-out scores are wanted: those that were maximized alone prove nothing, and are enough where nothing is claimed. */
  readonly withHeldOut: boolean;
  /** Called with images scored, those in work in part, and in all, over all conditions. */
  readonly onScored: (done: number, total: number) => Promise<void>;
}

export async function scoreCompared(
  conditions: Conditions,
  { requests, pictures }: ComparedImages,
  { parameters, withHeldOut, onScored }: ScoreComparedOptions,
): Promise<Compared> {
  const scores: ComparedScore[] = [];
  for (const [i, condition] of CONDITIONS.entries()) {
    const found = await scoreDrawn(conditions[condition], pictures[condition], requests, {
      parameters,
      withHeldOut,
      onScored: (done, total) => onScored(i * total + done, CONDITIONS.length * total),
    });
    scores.push(...requests.map((request, place) => scoreAt(condition, request, found, place)));
  }
  return { scores, pictures: CONDITIONS.flatMap((condition) => pictures[condition]) };
}

function scoreAt(
  condition: Condition,
  { prompt, seed }: ImageRequest,
  { objective, heldOut }: Scores,
  place: number,
): ComparedScore {
  const [first, ...others] = [...heldOut].map(([name, values]) => [name, values[place] ?? NaN] as const);
  return {
    condition,
    prompt,
    seed,
    train: objective?.[place] ?? NaN,
    ...(first === undefined ? {} : { heldOut: first[1] }),
    ...(others.length === 0 ? {} : { others: Object.fromEntries(others) }),
  };
}
