// What learning keeps in memory besides the networks: each parameter as it is, as it began and on average, its gradient, and what the
// optimizer remembers of it.

import type { Update } from "../common/program/update.ts";
import { elementCount } from "../common/tensor.ts";
import type { OpenedProgram } from "../program/open-program.ts";
import { REMEMBERED } from "../runtime/optimizer.ts";
import { textBytes } from "../runtime/text-store.ts";
import type { OpenedUpdate } from "./update-gradient.ts";

const BYTES_PER_NUMBER = 4;

/** Of all optimizers of a program. */
export function learnedMemory({ program, parameter }: Pick<OpenedProgram, "program" | "parameter">): number {
  return Object.values(program.updates).reduce(
    (sum, update) => sum + learningMemory(update, update.parameters.map(parameter)),
    0,
  );
}

/** Bytes, at most: while a step is made, what it changes is there twice. */
export function learningMemory(
  { settings: { optimizer, emaDecay } }: Pick<Update, "settings">,
  parameters: readonly Pick<OpenedUpdate["parameters"][number], "shapes">[],
): number {
  const numbers = parameters
    .flatMap(({ shapes }) => Object.values(shapes))
    .reduce((sum, shape) => sum + elementCount(shape), 0);
  const changed = 1 + REMEMBERED[optimizer] + (emaDecay === undefined ? 0 : 1);
  const startAndGradient = 2;
  return BYTES_PER_NUMBER * numbers * (2 * changed + startAndGradient);
}

/** Bytes that an optimizer's steps keep beside its stages: of texts, and of the network from one sampling step to the next. */
export function keptMemory(opened: Pick<OpenedUpdate, "run" | "lowered" | "update" | "samplers">): number {
  // One sampler at a time.
  return keptTexts(opened) + Math.max(0, ...opened.samplers.map(({ keptBytes }) => keptBytes));
}

/** What each graph input needs of each prompt. */
function keptTexts({ run, lowered, update }: Pick<OpenedUpdate, "run" | "lowered" | "update">): number {
  const counts = new Map(
    run.opened.promptsOf(update.objective).map(({ ref, texts, wordings }) => [ref, wordings?.count ?? texts.length]),
  );
  return lowered.graph.inputs.reduce((sum, { name, shape }) => {
    const feed = lowered.feeds.get(name);
    if (feed?.rate !== "prompt") return sum;
    return sum + textBytes(counts.get(feed.prompts) ?? 0, BYTES_PER_NUMBER * elementCount(shape.slice(1)));
  }, 0);
}
