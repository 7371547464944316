// Answers `train`: learns by a recipe or a workflow, or goes on with a run.

import { basename, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, Refusal, refuse } from "../../common/diagnostic.ts";
import { evaluatedRewardOf } from "../../common/evaluated-reward.ts";
import type { TrainInput } from "../../common/learning.ts";
import { rewardCourseOf } from "../../common/reward-course.ts";
import type { Provenance } from "../../pictures/provenance.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { checkRewards } from "../../training/check-rewards.ts";
import { hasCheckpoint } from "../../training/checkpoints.ts";
import { readPlan, type Plan } from "../../training/plan.ts";
import { refuseKeptRun } from "../../training/run-lock.ts";
import { train as learn } from "../../training/train.ts";
import { unlessAborted } from "../../training/unless-aborted.ts";
import { isThere } from "../../weights/is-there.ts";
import { applyLearned, checkApplications } from "../apply-learned.ts";
import { whileNudged } from "../nudges.ts";
import { readPlanFile } from "../plan-file.ts";
import { portableWorkflowOf, WORKFLOW_TEXT } from "../workflow-stamp.ts";

export const train: ApiHandlers["train"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const { plan, run, isResumed, warnings } = place(input);
  for (const diagnostic of [...warnings, ...checkRewards(plan)]) await emit({ type: "warning", diagnostic });
  checkApplications(plan, device);
  const { embedding, state, metrics, reports, stopped, seconds } = await whileNudged(run, (takeWishes) =>
    learn(plan, { run, resume: isResumed, device, emit, signal, takeWishes, provenance: provenanceOf(run, plan) }),
  ).catch((error: unknown) => refuseWithRun(error, run));
  const isDone =
    !stopped && (await unlessAborted(signal, () => applyLearned(plan, embedding, { run, device, emit, signal })));
  const reward = rewardCourseOf(metrics.map(({ reward: ofStep }) => ofStep));
  const evaluated = reports.map(evaluatedRewardOf);
  return { run, embedding, steps: state.step, total: plan.steps, stopped: !isDone, reward, evaluated, device, seconds };
};

interface Place {
  readonly plan: Plan;
  readonly run: string;
  readonly isResumed: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** What went wrong, and what is left of the run. */
function refuseWithRun(error: unknown, run: string): never {
  if (!(error instanceof Refusal) || !hasCheckpoint(run)) throw error;
  const kept = { at: { file: run }, message: "is kept up to its last checkpoint" };
  throw new Refusal(error.diagnostics.map((one, i) => (i === 0 ? withResume(one, kept, run) : one)));
}

function withResume(diagnostic: Diagnostic, kept: NonNullable<Diagnostic["notes"]>[number], run: string): Diagnostic {
  const { notes = [], command } = diagnostic;
  const resume = `\`reneg train --resume ${run}\``;
  return {
    ...diagnostic,
    notes: [...notes, kept],
    command: command === undefined ? resume : `${command}, and then ${resume}`,
    action: diagnostic.action ?? "resume",
  };
}

function provenanceOf(run: string, plan: Plan): Provenance | undefined {
  const workflow = portableWorkflowOf(run, plan);
  return workflow === null ? undefined : { keyword: WORKFLOW_TEXT, workflow };
}

function place({ recipe, out, resume, prepared }: TrainInput): Place {
  if (prepared !== undefined) {
    const run = resolve(prepared);
    return { plan: readPlan(run), run, isResumed: hasCheckpoint(run), warnings: [] };
  }
  if (resume !== undefined && (recipe ?? out) !== undefined) {
    refuse({
      code: "invalid-input",
      at: { option: "--resume" },
      message: "a run goes on by its own plan and in its own folder, so it takes neither a recipe nor another folder",
      help: "leave them out, or start a new run",
      command: "leave --resume or --out out",
    });
  }
  if (resume !== undefined) {
    const run = resolve(resume);
    const plan = readPlan(run);
    if (hasCheckpoint(run)) return { plan, run, isResumed: true, warnings: [] };
    return { plan, run, isResumed: false, warnings: [beginsAnew(run)] };
  }
  if (recipe === undefined) {
    return refuse({
      code: "invalid-input",
      at: { option: "train" },
      message: "there is neither a recipe to start nor a run to resume",
      help: "give a recipe's file, or the folder of a run to go on with",
      command: "`reneg train RECIPE`, `reneg train --resume RUN`",
    });
  }
  const warnings: Diagnostic[] = [];
  const plan = readPlanFile(recipe, (warning) => warnings.push(warning));
  const run = out === undefined ? freeFolder(basename(recipe).replace(/(\.reneg)?\.json$/, "")) : resolve(out);
  if (!isThere(join(run, "plan.json"))) return { plan, run, isResumed: false, warnings };
  return refuseKeptRun(run);
}

/** It was ended before the first checkpoint, and none of its steps is lost but those. */
function beginsAnew(run: string): Diagnostic {
  return {
    severity: "warning",
    code: "checkpoint-missing",
    at: { file: run },
    message: "this run was ended before its first checkpoint",
    help: "it begins with its first step again",
  };
}

/** runs/NAME, or runs/NAME-2 … where that is taken. */
function freeFolder(name: string): string {
  for (let i = 1; ; i++) {
    const folder = resolve("runs", i === 1 ? name : `${name}-${i}`);
    if (!isThere(folder)) return folder;
  }
}
