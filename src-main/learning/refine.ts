// The per-sample variant of ReNeg: from the parameters that were learned for all prompts to those for a single prompt and its noise.

import { mean } from "../common/means.ts";
import type { Ref } from "../common/program/program.ts";
import type { Picture } from "../pictures/picture.ts";
import { drawImages, type ImageDrawer, openImageDrawer, textsOf } from "../sampling/draw-images.ts";
import { imagesOf, type ImageRequest } from "../sampling/draw-latents.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import type { SamplingStep } from "../sampling/roll-out.ts";
import { type ImageScorer, openImageScorer, scoreImages } from "../sampling/score-images.ts";
import { changeParameters } from "./change-parameters.ts";
import { drawGradientSteps } from "./draws.ts";
import { valuesOf } from "./learn-step.ts";
import { initialParameter, type LearningState } from "./learning-state.ts";
import { gradientOver, type OpenedUpdate, startsOf } from "./update-gradient.ts";

/** An optimizer that goes on with one prompt: its batch is as many images as a prompt gets. */
export interface Refiner {
  readonly opened: OpenedUpdate;
  /** Of all images that the objective looks at, the first of which is shown. */
  readonly drawers: readonly ImageDrawer[];
  readonly scorer: ImageScorer;
}

export function openRefiner(opened: OpenedUpdate): Refiner {
  const { run, update, batch } = opened;
  return {
    opened,
    drawers: run.opened.imagesOf(update.objective).map(({ ref }) => openImageDrawer(run, ref, batch)),
    scorer: openImageScorer(run, update.objective, batch),
  };
}

export interface RefineLimits {
  /** The most that is tried. */
  readonly steps: number;
  /** So many without a better image end it. */
  readonly patience: number;
}

export interface ScoredImages {
  /** An image a seed. */
  readonly pictures: readonly Picture[];
  readonly scores: readonly number[];
  /** The mean. */
  readonly score: number;
}

export interface Refined {
  /** The best that were seen, which may be those that it started from. */
  readonly parameters: ParameterValues;
  /** The finished images at the start, and with `parameters`: their mean score is never lower. */
  readonly start: ScoredImages;
  readonly best: ScoredImages;
  /** Steps tried. */
  readonly steps: number;
}

interface Drawn {
  readonly scored: ScoredImages;
  /** Of the way there, what the next gradient needs. */
  readonly positions: ReadonlyMap<Ref, readonly SamplingStep[]>;
}

/** @param seeds of the images that are made better; as many as the refiner's batch */
export async function refine(
  refiner: Refiner,
  prompt: string,
  learned: ParameterValues,
  seeds: readonly number[],
  limits: RefineLimits,
): Promise<Refined> {
  const requests = seeds.map((seed) => ({ prompt, seed }));
  let parameters = learned;
  let state = startOf(refiner, learned);
  let drawn = await drawAndKeep(refiner, requests, parameters, state.step);
  const start = drawn.scored;
  let best = { parameters, scored: start, step: 0 };
  while (state.step < limits.steps && state.step - best.step < limits.patience) {
    state = await improve(refiner, requests, parameters, drawn, state);
    parameters = new Map([...parameters, ...valuesOf(state)]);
    drawn = await drawAndKeep(refiner, requests, parameters, state.step);
    if (drawn.scored.score > best.scored.score) best = { parameters, scored: drawn.scored, step: state.step };
  }
  return { parameters: best.parameters, start, best: best.scored, steps: state.step };
}

/** Draws to the end, and keeps of the way what the gradient of `step` needs. */
async function drawAndKeep(
  { opened, drawers, scorer }: Refiner,
  requests: readonly ImageRequest[],
  parameters: ParameterValues,
  step: number,
): Promise<Drawn> {
  const { seed } = opened.update.settings;
  const wanted = new Map(
    opened.samplers.map(({ sampler }) => {
      const { ref, scheduler, gradient } = sampler;
      const indices = drawGradientSteps(seed, scheduler.timesteps.length, gradient, step);
      return [ref, new Set(startsOf(sampler, indices))];
    }),
  );
  const kept = new Map<Ref, Map<number, SamplingStep>>();
  const pictures = new Map<Ref, readonly Picture[]>();
  for (const drawer of drawers) {
    const drawn = await drawImages(drawer, requests, {
      parameters,
      onStep({ sampler: { ref }, step: passed }) {
        if (wanted.get(ref)?.has(passed.index) !== true) return;
        kept.set(ref, (kept.get(ref) ?? new Map<number, SamplingStep>()).set(passed.index, passed));
      },
    });
    pictures.set(drawer.image.ref, drawn);
  }
  const scores = await scoreImages(scorer, pictures, requests, { parameters });
  const [shown = []] = pictures.values();
  return {
    scored: { pictures: shown, scores, score: mean(scores) },
    positions: new Map([...kept].map(([ref, steps]) => [ref, [...steps.values()]])),
  };
}

/** One step of the optimizer, at its rate, without what belongs to long runs: warm-up, schedule, decay, clipping, and the pull to the start. */
async function improve(
  { opened, scorer }: Refiner,
  requests: readonly ImageRequest[],
  parameters: ParameterValues,
  { positions }: Drawn,
  state: LearningState,
): Promise<LearningState> {
  const { run, update } = opened;
  const prompts = scorer.images.find((image) => image.prompts !== null)?.prompts ?? null;
  const texts = textsOf(run, { ref: update.objective, prompts }, requests);
  const { gradient } = await gradientOver(opened, { texts, images: imagesOf(requests), parameters }, positions);
  const ascent = new Map([...gradient].map(([name, sum]) => [name, sum.map((n) => n / requests.length)]));
  const { clipNorm: _, ...settings } = update.settings;
  const short = { ...settings, warmup: 0, schedule: "constant", weightDecay: 0, proximalWeight: 0 } as const;
  const changed = await changeParameters({ run, update: { ...update, settings: short } }, state, ascent);
  return { ...state, step: state.step + 1, parameters: changed.parameters };
}

/** @param learned for all prompts: what this starts from */
function startOf({ opened }: Refiner, learned: ParameterValues): LearningState {
  const own = opened.parameters.map(({ ref }) => {
    const value = learned.get(ref);
    if (value === undefined) throw new Error(`nothing was learned of ${ref}`);
    return [ref, initialParameter(value, false)] as const;
  });
  return { step: 0, parameters: Object.fromEntries(own), stopping: {} };
}
