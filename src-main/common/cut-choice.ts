// Where the graph of a step is cut, as the user chooses, and for how much memory.

import { z } from "zod";

/**
 * `none`: one piece, in which nothing is computed twice; `borders`: at every network, each of which is computed again backwards, so that
 * only one needs memory at a time; `auto`: the fastest that fits into memory, cut inside of networks where that is needed.
 */
export const cutChoice = z.enum(["auto", "none", "borders"]);
export type CutChoice = z.output<typeof cutChoice>;

/** Bytes that a run may use; absent: what the machine has. */
export const memoryBound = z.number().positive();
