// Pictures of fixed prompts and seeds along a run: what the embedding does so far.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../common/run-events.ts";
import { drawPictures } from "./draw-pictures.ts";
import type { LearningState } from "./learning-state.ts";
import { writePng } from "./picture.ts";
import type { Plan } from "./plan.ts";
import type { Learner } from "./reneg-step.ts";
import { sideBySide } from "./side-by-side.ts";

export interface Previews {
  readonly isDue: (step: number) => boolean;
  readonly draw: (state: LearningState) => Promise<void>;
}

const DEFAULT_COUNT = 4;

export async function openPreviews(
  { generator, scheduler }: Learner,
  plan: Plan,
  run: string,
  emit: (event: RunEvent) => Promise<void>,
): Promise<Previews> {
  const { every, seed, prompts = plan.prompts.slice(0, DEFAULT_COUNT) } = plan.previews;
  const folder = join(run, "previews");
  if (every > 0) mkdirSync(folder, { recursive: true });
  const requests = prompts.map((prompt, i) => ({ prompt, seed: seed + i }));
  return {
    isDue: (step) => every > 0 && (step % every === 0 || step === plan.steps),
    draw: async ({ step, negative }) => {
      if (every === 0) return;
      const { guidance } = plan.sampler;
      const pictures = await drawPictures(generator, scheduler, requests, { negative, guidance });
      const file = join(folder, `step-${String(step).padStart(6, "0")}.png`);
      await writePng(file, sideBySide(pictures), { Title: prompts.join(" | ") });
      await emit({ type: "preview", file, step });
    },
  };
}
