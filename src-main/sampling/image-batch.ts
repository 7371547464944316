// How many images of a value are drawn at once.

import type { Ref } from "../common/program/program.ts";
import { imagesAtOnce } from "../common/program/update.ts";
import type { OpenedProgram } from "../program/open-program.ts";

/** More at once needs more memory and is hardly faster on a processor. */
export const LARGEST_BATCH = 4;

/** As many as a micro-batch of the optimizer that learns what the image depends on: then both share their sessions. */
export function imageBatch({ program, parametersOf }: OpenedProgram, image: Ref): number {
  const parameters = new Set(parametersOf(image).map(({ ref }) => ref));
  const updates = Object.values(program.updates);
  const learning = updates.find((update) => update.parameters.some((ref) => parameters.has(ref))) ?? updates[0];
  if (learning === undefined) return LARGEST_BATCH;
  return imagesAtOnce(learning.settings);
}

/** Whether an image changes while the program learns. */
export function isLearnedFrom({ program, parametersOf }: OpenedProgram, image: Ref): boolean {
  const learned = new Set(Object.values(program.updates).flatMap(({ parameters }) => parameters));
  return parametersOf(image).some(({ ref }) => learned.has(ref));
}
