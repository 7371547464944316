// What is left of a run's folder.

import { z } from "zod";

export const checkRunInput = z.object({
  run: z.string(),
  /** Whether what is damaged is put aside, so that the rest can be used. */
  repair: z.boolean(),
});

const finding = z.object({
  file: z.string(),
  /** In words: what is damaged, or what is lost with it. */
  message: z.string(),
  /** What was done about it, or can be; `null`: nothing. */
  remedy: z.string().nullable(),
  isRepaired: z.boolean(),
});
export type RunFinding = z.output<typeof finding>;

export const runCheck = z.object({
  run: z.string(),
  /** Files that were read and are as they were written. */
  good: z.int().nonnegative(),
  findings: z.array(finding),
  /** Steps whose lines are there, of how many; `null`: its plan cannot be read. */
  steps: z.object({ told: z.int().nonnegative(), planned: z.int().positive() }).nullable(),
  /** From which step it can be resumed; `null`: it cannot. */
  resumesFrom: z.int().nonnegative().nullable(),
});
export type RunCheck = z.output<typeof runCheck>;
