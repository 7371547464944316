// An image with the scores that judge it: drawn once, and scored by each.

import type { Ref } from "../common/program/program.ts";
import type { ScoredImage } from "../common/program/sink.ts";
import type { Picture } from "../pictures/picture.ts";
import { passesOfSteps } from "../program/schedule/count-passes.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import { drawImages, type ImageDrawer, openImageDrawer } from "./draw-images.ts";
import { type ImageRequest, stepsOf } from "./draw-latents.ts";
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
  /** Called with images that are drawn and scored, those in work in part, and in all. */
  readonly onScored?: ((done: number, total: number) => Promise<void>) | undefined;
}

/**
 * Draws what else the scores look at, which of a video takes far longer than scores do, and asks them.
 * @param pictures one for each request, drawn by `drawer`
 */
export async function scoreDrawn(
  scored: OpenedScoredImage,
  pictures: readonly Picture[],
  requests: readonly ImageRequest[],
  { parameters, withHeldOut = false, onScored }: ScoreDrawnOptions,
): Promise<Scores> {
  const { drawer, objective, heldOut, others } = scored;
  const held = withHeldOut ? [...heldOut] : [];
  const work = [
    ...[...others.values()].flatMap((other) => drawingPasses(other, requests.length)),
    ...scoringPasses([objective, ...held.map(([, scorer]) => scorer)], requests.length),
  ];
  const total = passesIn(work);
  const tell = (passes: number) => onScored?.((requests.length * passes) / total, requests.length);
  const given = new Map<Ref, readonly Picture[]>([[drawer.image.ref, pictures]]);
  let done = 0;
  for (const [ref, other] of others) {
    const own = passesIn(drawingPasses(other, requests.length));
    const onProgress = (drawn: number, all: number) => tell(done + own * (drawn / all));
    given.set(ref, await drawImages(other, requests, { parameters, onProgress }));
    done += own;
  }
  const count = async (): Promise<void> => {
    done += 1;
    await tell(done);
  };
  const by = (scorer: ImageScorer) => scoreImages(scorer, given, requests, { parameters, onScored: count });
  const found = objective === null ? null : await by(objective);
  const heldOutScores = new Map<string, readonly number[]>();
  for (const [name, scorer] of held) heldOutScores.set(name, await by(scorer));
  return { objective: found, heldOut: heldOutScores };
}

export interface StagePasses {
  readonly stage: Stage;
  readonly passes: number;
}

/** What drawing so many images and asking every score takes. */
export function passesOf({ drawer, others, objective, heldOut }: OpenedScoredImage, images: number): StagePasses[] {
  return [
    ...[drawer, ...others.values()].flatMap((one) => drawingPasses(one, images)),
    ...scoringPasses([objective, ...heldOut.values()], images),
  ];
}

function drawingPasses({ samplers, stage, batch }: ImageDrawer, images: number): StagePasses[] {
  const batches = Math.ceil(images / batch);
  return [
    ...samplers.flatMap((sampler) => {
      const { whole, cached } = passesOfSteps(stepsOf([sampler]), sampler.sampler);
      return [
        ...(sampler.contexts === null ? [] : [{ stage: sampler.contexts.stage, passes: batches }]),
        ...sampler.stages.map((predicting) => ({ stage: predicting, passes: batches * whole })),
        ...sampler.cachedStages.map((predicting) => ({ stage: predicting, passes: batches * cached })),
      ];
    }),
    { stage, passes: batches },
  ];
}

function scoringPasses(scorers: readonly (ImageScorer | null)[], images: number): StagePasses[] {
  return scorers.flatMap((scorer) =>
    scorer === null ? [] : [{ stage: scorer.stage, passes: Math.ceil(images / scorer.batch) }],
  );
}

function passesIn(work: readonly StagePasses[]): number {
  return work.reduce((sum, { passes }) => sum + passes, 0);
}
