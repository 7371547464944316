// Learning a negative embedding, and the demo that shows what it is worth.

import { z } from "zod";
import { cutChoice, memoryBound } from "./cut-choice.ts";
import { deviceChoice, deviceName } from "./device.ts";
import { earlyStopping } from "./early-stopping.ts";
import { evaluatedReward } from "./evaluated-reward.ts";
import { evaluationReport } from "./evaluation-report.ts";
import { heldBackResult } from "./held-back.ts";
import { seed } from "./limits.ts";
import { workersInput } from "./queue/workers-input.ts";
import { rewardCourse } from "./reward-course.ts";

export const trainInput = z.object({
  /** The file of a recipe or a workflow; a resumed run needs none, since it keeps its program. */
  recipe: z.string().optional(),
  /** The run's folder; absent: one in `runs/` named after the recipe. */
  out: z.string().optional(),
  /** A run's folder to go on with. */
  resume: z.string().optional(),
  /** The folder of a prepared run, or of one that was cut off before its first checkpoint: begins, or goes on. */
  prepared: z.string().optional(),
  device: deviceChoice.default("auto"),
  /** Where the graph of a step is cut; `auto`: a run that goes on keeps its cuts. */
  cuts: cutChoice.default("auto"),
  memory: memoryBound.optional(),
  /** Who computes micro-batches; absent: this machine alone. */
  workers: workersInput.optional(),
  /** A script to run, or an address to tell, when all is done. */
  onDone: z.string().optional(),
});
export type TrainInput = z.output<typeof trainInput>;

export const trainResult = z.object({
  /** The run's folder. */
  run: z.string(),
  /** The learned embedding, of the last step that was saved. */
  embedding: z.string(),
  /** Done, and asked for. */
  steps: z.int().nonnegative(),
  total: z.int().positive(),
  /** Whether it ended before its last step because it was asked to; `resume` goes on with it. */
  stopped: z.boolean(),
  /** While learning; `null` before the first step is done. */
  reward: rewardCourse.nullable(),
  /** Of the optimizers that may end before their last step: what was evaluated, and which step was best and kept. */
  earlyStopping: z.array(earlyStopping),
  /** On examples that were held back, one for each score that is held out and asks them. */
  heldBack: z.array(heldBackResult),
  /** On prompts that nothing was learned from, one for each evaluation that scores. */
  evaluated: z.array(evaluatedReward),
  device: deviceName,
  seconds: z.number(),
});
export type TrainResult = z.output<typeof trainResult>;

export const demoInput = z.object({
  out: z.string().default("runs/demo"),
  /** How many prompts also get an embedding of their own. */
  perSample: z.int().nonnegative().default(0),
  seed: seed.default(0),
  device: deviceChoice.default("auto"),
});
export type DemoInput = z.output<typeof demoInput>;

export const demoResult = z.object({
  report: evaluationReport,
  /** What was written, in the order in which one looks at it. */
  files: z.array(z.string()),
});
export type DemoResult = z.output<typeof demoResult>;
