// Pictures of fixed prompts and seeds along a run: what the embedding does so far.

import { basename, join } from "node:path";
import { PREVIEW_IMAGES_TEXT } from "../common/preview-files.ts";
import type { RunEvent } from "../common/run-events.ts";
import { LEARNED_NEGATIVE, imageParameters } from "../pictures/image-parameters.ts";
import { writePng } from "../pictures/picture.ts";
import { type Provenance, textOfProvenance } from "../pictures/provenance.ts";
import { sideBySide } from "../pictures/side-by-side.ts";
import { writePreviewRewards } from "../sampling/preview-rewards.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";
import { drawPictures } from "./draw-pictures.ts";
import { scoreAll } from "./evaluate.ts";
import type { Glimpse } from "./glimpse.ts";
import { scoreWithGradient } from "./judge.ts";
import type { LearningState } from "./learning-state.ts";
import { loadNegative } from "./load-negative.ts";
import { openScheduler } from "./open-scheduler.ts";
import type { Plan } from "./plan.ts";
import type { Learner } from "./reneg-step.ts";

export interface Previews {
  readonly isDue: (step: number) => boolean;
  /** Those that are due at the state's step and not there yet. */
  readonly draw: (state: LearningState) => Promise<void>;
  /** All that show what is learned, due or not. */
  readonly drawNow: (state: LearningState) => Promise<void>;
  /** That the last ones took; `null` before the first. */
  readonly secondsPerImage: () => number | null;
}

export interface PreviewOptions {
  /** The run's folder. */
  readonly run: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly glimpse: Glimpse;
  readonly provenance: Provenance | undefined;
}

type Preview = Plan["previews"][number];

const DEFAULT_COUNT = 4;

export async function openPreviews(learner: Learner, plan: Plan, options: PreviewOptions): Promise<Previews> {
  const folder = join(options.run, "previews");
  const previews = plan.previews.filter(({ every }) => every > 0);
  if (previews.length > 0) makeFolder(folder);
  let perImage: number | null = null;
  const drawThose = async (state: LearningState, isWanted: (preview: Preview) => boolean): Promise<void> => {
    for (const preview of previews) {
      const file = join(folder, fileName(preview, state.step));
      if (!isWanted(preview) || isThere(file)) continue;
      const begin = performance.now();
      await drawPreview(learner, plan, preview, state, file, options);
      const count = preview.prompts?.length ?? DEFAULT_COUNT;
      // A batch takes as long if it is not full.
      const drawn = Math.ceil(count / learner.generator.size.batch) * learner.generator.size.batch;
      perImage = (performance.now() - begin) / 1000 / drawn;
    }
  };
  return {
    isDue: (step) => previews.some((preview) => isDue(preview, step, plan.steps)),
    draw: (state) => drawThose(state, (preview) => isDue(preview, state.step, plan.steps)),
    secondsPerImage: () => perImage,
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
  learner: Learner,
  plan: Plan,
  preview: Preview,
  { step, negative: learned }: LearningState,
  file: string,
  { run, emit, glimpse, provenance }: PreviewOptions,
): Promise<void> {
  const { generator, scheduler, objectives } = learner;
  const { name = "", seed, negative: fixed, prompts = plan.prompts.slice(0, DEFAULT_COUNT) } = preview;
  const requests = prompts.map((prompt, i) => ({ prompt, seed: seed + i }));
  const loaded = fixed && (await loadNegative(generator, fixed));
  for (const diagnostic of loaded?.warnings ?? []) await emit({ type: "warning", diagnostic });
  const sampler = preview.sampler ?? plan.sampler;
  const own = preview.sampler && openScheduler(generator.pipeline, sampler.scheduler, sampler.steps);
  const pictures = await drawPictures(generator, own ?? scheduler, requests, {
    negative: loaded?.embedding ?? learned,
    guidance: sampler.guidance,
    onProgress: progressReporter("drawing", emit, { unit: "preview images" }),
    onStep: glimpse.show,
    onDecoded: glimpse.learn,
  });
  // With the stage that learning loads anyway: a pass of it costs less than to load another.
  const by = async (...given: Parameters<typeof scoreWithGradient>) => (await scoreWithGradient(...given)).score;
  const rewards = await scoreAll(objectives, pictures, prompts, { by });
  const images = requests.map((request, i) => ({
    ...request,
    reward: rewards[i],
    parameters: imageParameters({
      ...request,
      negative: negativeWords(fixed),
      steps: sampler.steps,
      scheduler: sampler.scheduler,
      guidance: sampler.guidance,
      pipeline: basename(plan.pipeline),
    }),
  }));
  const text = {
    Title: prompts.join(" | "),
    [PREVIEW_IMAGES_TEXT]: JSON.stringify(images),
    ...textOfProvenance(provenance),
  };
  // Before the picture: whoever finds that one finds its rewards.
  writePreviewRewards(run, { name, step, rewards });
  await writePng(file, sideBySide(pictures), text);
  await emit({ type: "preview", file, step });
}

function negativeWords(fixed: Preview["negative"]): string {
  if (fixed === undefined || fixed.kind === "embedding") return LEARNED_NEGATIVE;
  return fixed.kind === "text" ? fixed.text : "";
}
