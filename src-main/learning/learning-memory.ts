// What learning keeps in memory besides the networks: each parameter as it is, as it began and on average, its gradient, and what the
// optimizer remembers of it.

import type { Update } from "../common/program/update.ts";
import { elementCount } from "../common/tensor.ts";
import type { OpenedProgram } from "../program/open-program.ts";
import { REMEMBERED } from "../runtime/optimizer.ts";
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
