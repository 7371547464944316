// Foresees what optimizers that may end early draw and judge between their steps.

import { earliestEnd, evaluationCount } from "../common/early-stopping.ts";
import type { EvaluationPlan } from "../common/run-plan.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { passesOf, type StagePasses } from "../sampling/scored-image.ts";
import { openStoppings } from "./early-stopping.ts";

/** Of one pass of a stage. */
export interface StageWork {
  readonly flops: number;
  /** If measured. */
  readonly seconds?: number;
}

/** @param workOf what a stage takes: those of a step are shared */
export async function planEvaluations(
  run: ProgramRun,
  workOf: (stage: Stage) => Promise<StageWork>,
): Promise<EvaluationPlan[]> {
  const plans: EvaluationPlan[] = [];
  for (const { sink, opened, requests } of openStoppings(run)) {
    const { update, every, patience } = sink;
    const { steps } = run.opened.program.updates[update]?.settings ?? {};
    if (steps === undefined) throw new Error(`there is no optimizer ${update} that could stop early`);
    plans.push({
      optimizer: update,
      count: evaluationCount(steps, every),
      images: requests.length,
      every,
      patience,
      earliest: earliestEnd(steps, every, patience),
      ...(await workOfAll(passesOf(opened, requests.length), workOf)),
    });
  }
  return plans;
}

async function workOfAll(
  all: readonly StagePasses[],
  workOf: (stage: Stage) => Promise<StageWork>,
): Promise<StageWork> {
  let sum: StageWork = { flops: 0 };
  for (const { stage, passes } of all) {
    const { flops, seconds } = await workOf(stage);
    sum = {
      flops: sum.flops + passes * flops,
      ...(seconds === undefined ? {} : { seconds: (sum.seconds ?? 0) + passes * seconds }),
    };
  }
  return sum;
}
