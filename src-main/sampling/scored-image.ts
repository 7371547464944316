// An image with the scores that judge it: drawn once, and scored by each.

import type { Ref } from "../common/program/program.ts";
import type { ScoredImage } from "../common/program/sink.ts";
import type { Picture } from "../pictures/picture.ts";
import { drawImages, type ImageDrawer, openImageDrawer } from "./draw-images.ts";
import type { ImageRequest } from "./draw-latents.ts";
import type { ParameterValues } from "./moment.ts";
import type { ProgramRun } from "./program-run.ts";
import { type ImageScorer, openImageScorer, scoreImages } from "./score-images.ts";
import { scoreNames } from "./score-names.ts";

export interface OpenedScoredImage {
  readonly run: ProgramRun;
  readonly drawer: ImageDrawer;
  /** `null`: nothing that is maximized looks at it. */
  readonly objective: ImageScorer | null;
  /** By name. */
  readonly heldOut: ReadonlyMap<string, ImageScorer>;
  /** Other images that the scores look at, by the call. */
  readonly others: ReadonlyMap<Ref, ImageDrawer>;
}

/** @param batch images at once */
export function openScoredImage(run: ProgramRun, scored: ScoredImage, batch: number): OpenedScoredImage {
  const { image, objective, heldOut } = scored;
  const names = scoreNames(run.opened, heldOut);
  const scorer = (score: Ref): ImageScorer => openImageScorer(run, score, batch);
  const opened = {
    objective: objective === null ? null : scorer(objective),
    heldOut: new Map(heldOut.map((score) => [names.get(score) ?? score, scorer(score)])),
  };
  const seen = [...(opened.objective?.images ?? []), ...[...opened.heldOut.values()].flatMap(({ images }) => images)];
  const others = new Set(seen.map(({ ref }) => ref).filter((ref) => ref !== image));
  return {
    run,
    ...opened,
    drawer: openImageDrawer(run, image, batch),
    others: new Map([...others].map((ref) => [ref, openImageDrawer(run, ref, batch)])),
  };
}

export interface Scores {
  readonly objective: readonly number[] | null;
  readonly heldOut: ReadonlyMap<string, readonly number[]>;
}

export interface ScoreDrawnOptions {
  readonly parameters: ParameterValues;
  /** Whether held-out scores are wanted. */
  readonly withHeldOut?: boolean;
  /** Called with images scored and in all, over all scores. */
  readonly onScored?: ((done: number, total: number) => Promise<void>) | undefined;
}

/** @param pictures one for each request, drawn by `drawer` */
export async function scoreDrawn(
  scored: OpenedScoredImage,
  pictures: readonly Picture[],
  requests: readonly ImageRequest[],
  { parameters, withHeldOut = false, onScored }: ScoreDrawnOptions,
): Promise<Scores> {
  const { drawer, objective, heldOut, others } = scored;
  const given = new Map<Ref, readonly Picture[]>([[drawer.image.ref, pictures]]);
  for (const [ref, other] of others) given.set(ref, await drawImages(other, requests, { parameters }));
  const held = withHeldOut ? [...heldOut] : [];
  const total = (held.length + (objective === null ? 0 : 1)) * requests.length;
  let done = 0;
  const count = async (batch: number): Promise<void> => {
    done += batch;
    await onScored?.(done, total);
  };
  const by = (scorer: ImageScorer) => scoreImages(scorer, given, requests, { parameters, onScored: count });
  const found = objective === null ? null : await by(objective);
  const heldOutScores = new Map<string, readonly number[]>();
  for (const [name, scorer] of held) heldOutScores.set(name, await by(scorer));
  return { objective: found, heldOut: heldOutScores };
}
