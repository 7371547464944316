// Pictures of fixed prompts and seeds along a run: what the embedding does so far.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../common/run-events.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { drawPictures } from "./draw-pictures.ts";
import type { Glimpse } from "./glimpse.ts";
import type { LearningState } from "./learning-state.ts";
import { loadNegative } from "./load-negative.ts";
import { openScheduler } from "./open-scheduler.ts";
import { writePng } from "./picture.ts";
import type { Plan } from "./plan.ts";
import { progressReporter } from "./progress-reporter.ts";
import type { Learner } from "./reneg-step.ts";
import { sideBySide } from "./side-by-side.ts";
import type { Stamp } from "./train.ts";

export interface Previews {
  readonly isDue: (step: number) => boolean;
  /** Those that are due at the state's step and not there yet. */
  readonly draw: (state: LearningState) => Promise<void>;
  /** All that show what is learned, due or not. */
  readonly drawNow: (state: LearningState) => Promise<void>;
}

export interface PreviewOptions {
  /** The run's folder. */
  readonly run: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly glimpse: Glimpse;
  readonly stamp: Stamp | undefined;
}

type Preview = Plan["previews"][number];

const DEFAULT_COUNT = 4;

export async function openPreviews(learner: Learner, plan: Plan, options: PreviewOptions): Promise<Previews> {
  const folder = join(options.run, "previews");
  const previews = plan.previews.filter(({ every }) => every > 0);
  if (previews.length > 0) makeFolder(folder);
  const drawThose = async (state: LearningState, isWanted: (preview: Preview) => boolean): Promise<void> => {
    for (const preview of previews) {
      const file = join(folder, fileName(preview, state.step));
      if (isWanted(preview) && !existsSync(file)) await drawPreview(learner, plan, preview, state, file, options);
    }
  };
  return {
    isDue: (step) => previews.some((preview) => isDue(preview, step, plan.steps)),
    draw: (state) => drawThose(state, (preview) => isDue(preview, state.step, plan.steps)),
    drawNow: (state) => drawThose(state, ({ negative }) => negative === undefined),
  };
}

/** A negative that does not change always gives the same pictures. */
function isDue({ every, negative }: Preview, step: number, last: number): boolean {
  if (negative !== undefined) return step === 0;
  return step % every === 0 || step === last;
}

function fileName({ name }: Preview, step: number): string {
  return `${name === undefined ? "" : `${name}-`}step-${String(step).padStart(6, "0")}.png`;
}

async function drawPreview(
  { generator, scheduler }: Learner,
  plan: Plan,
  preview: Preview,
  { step, negative: learned }: LearningState,
  file: string,
  { emit, glimpse, stamp }: PreviewOptions,
): Promise<void> {
  const { seed, sampler, negative: fixed, prompts = plan.prompts.slice(0, DEFAULT_COUNT) } = preview;
  const requests = prompts.map((prompt, i) => ({ prompt, seed: seed + i }));
  const loaded = fixed && (await loadNegative(generator, fixed));
  for (const diagnostic of loaded?.warnings ?? []) await emit({ type: "warning", diagnostic });
  const own = sampler && openScheduler(generator.pipeline, sampler.scheduler, sampler.steps);
  const pictures = await drawPictures(generator, own ?? scheduler, requests, {
    negative: loaded?.embedding ?? learned,
    guidance: sampler?.guidance ?? plan.sampler.guidance,
    onProgress: progressReporter("drawing previews", emit),
    onStep: glimpse.show,
    onDecoded: glimpse.learn,
  });
  const carried = stamp === undefined ? {} : { [stamp.keyword]: JSON.stringify(stamp.workflow) };
  await writePng(file, sideBySide(pictures), { Title: prompts.join(" | "), ...carried });
  await emit({ type: "preview", file, step });
}
