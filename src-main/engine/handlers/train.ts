// Answers `train`: learns by a recipe or a workflow, or goes on with a run.

import { basename, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, Refusal, refuse } from "../../common/diagnostic.ts";
import { evaluatedRewardOf } from "../../common/evaluated-reward.ts";
import type { TrainInput } from "../../common/learning.ts";
import { type Program, stepsOf } from "../../common/program/program.ts";
import { courseOfSteps } from "../../common/reward-course.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { RUN_MARKERS } from "../../common/run-files.ts";
import { openRunViews } from "../../evaluation/open-run-views.ts";
import { checkRewards } from "../../learning/check-rewards.ts";
import { hasCheckpoint } from "../../learning/checkpoints.ts";
import { refuseKeptRun } from "../../learning/run-lock.ts";
import { type OpenCompute, train as learn, type TrainOptions } from "../../learning/train.ts";
import { unlessAborted } from "../../learning/unless-aborted.ts";
import type { Provenance } from "../../pictures/provenance.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { isThere } from "../../weights/is-there.ts";
import { applyLearned, checkApplications } from "../apply-learned.ts";
import { tellDone } from "../on-done.ts";
import { nameOfFile, readProgramFile } from "../program-file.ts";
import type { FrozenProgram } from "../recipe-program.ts";
import { readRunProgram } from "../run-program.ts";
import { whileAskable } from "../run-requests.ts";
import { computeWithWorkers } from "../workers/compute-with-workers.ts";
import type { Crew } from "../workers/open-job.ts";
import { openWorkers } from "../workers/open-workers.ts";
import { portableWorkflowOf, WORKFLOW_TEXT } from "../workflow-stamp.ts";

export const train: ApiHandlers["train"] = async (input, { emit: tell, signal }) => {
  const device = await chooseDevice(input.device);
  const { program, folder, isResumed, warnings, placed } = place(input);
  const emit = (event: RunEvent): Promise<void> =>
    event.type === "warning" ? tellAll(tell, placed([event.diagnostic])) : tell(event);
  await tellAll(tell, [...warnings, ...placed(checkRewards(program))]);
  checkApplications(program, device);
  const queue = input.workers && (await openWorkers(input.workers, emit));
  const learned = async () => {
    try {
      return await whileAskable(folder, (takeRequests) =>
        learn(program, {
          folder,
          resume: isResumed,
          device,
          cuts: input.cuts,
          budget: input.memory,
          emit,
          signal,
          takeRequests,
          openViews: openRunViews,
          provenance: provenanceOf(folder, program),
          openCompute: queue && withQueue(queue, { title: basename(folder), device, emit, signal }),
        }),
      );
    } catch (error) {
      return refuseWithRun(error, folder);
    } finally {
      await queue?.close();
    }
  };
  const { embedding, state, metrics, earlyStopping, heldBack, reports, stopped, seconds } = await learned();
  const isDone =
    !stopped && (await unlessAborted(signal, () => applyLearned(program, { run: folder, device, emit, signal })));
  const result = {
    run: folder,
    embedding,
    steps: state.step,
    total: stepsOf(program),
    stopped: !isDone,
    reward: courseOfSteps(metrics),
    earlyStopping: [...earlyStopping],
    heldBack: [...heldBack],
    evaluated: reports.map(evaluatedRewardOf),
    device,
    seconds,
  };
  if (isDone)
    await tellDone(input.onDone, { ...result, folder }, (diagnostic) => tell({ type: "warning", diagnostic }));
  return result;
};

function withQueue(
  queue: Awaited<ReturnType<typeof openWorkers>>,
  { emit, ...context }: Pick<Crew, "title" | "device" | "signal"> & Pick<TrainOptions, "emit">,
): OpenCompute {
  return computeWithWorkers({
    ...queue,
    ...context,
    device: queue.device ?? context.device,
    warn: (diagnostic) => emit({ type: "warning", diagnostic }),
  });
}

async function tellAll(tell: (event: RunEvent) => Promise<void>, warnings: readonly Diagnostic[]): Promise<void> {
  for (const diagnostic of warnings) await tell({ type: "warning", diagnostic });
}

interface Place extends FrozenProgram {
  /** The run's. */
  readonly folder: string;
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

function provenanceOf(run: string, program: Program): Provenance | undefined {
  const workflow = portableWorkflowOf(run, program);
  return workflow === null ? undefined : { keyword: WORKFLOW_TEXT, workflow };
}

function place({ recipe, out, resume, prepared }: TrainInput): Place {
  if (prepared !== undefined) return placeOfRun(resolve(prepared), () => []);
  if (resume !== undefined && (recipe ?? out) !== undefined) {
    refuse({
      code: "invalid-input",
      at: { option: "--resume" },
      message:
        "a run goes on by its own program and in its own folder, so it takes neither a recipe nor another folder",
      help: "leave them out, or start a new run",
      command: "leave --resume or --out out",
    });
  }
  if (resume !== undefined) return placeOfRun(resolve(resume), (folder) => [beginsAnew(folder)]);
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
  const frozen = readProgramFile(recipe, (warning) => warnings.push(warning));
  const folder = out === undefined ? freeFolder(nameOfFile(recipe)) : resolve(out);
  if (RUN_MARKERS.some((name) => isThere(join(folder, name)))) refuseKeptRun(folder);
  return { ...frozen, folder, isResumed: false, warnings };
}

/** @param anew what is told of a run that has no checkpoint yet */
function placeOfRun(folder: string, anew: (folder: string) => Diagnostic[]): Place {
  const isResumed = hasCheckpoint(folder);
  const placed = (diagnostics: readonly Diagnostic[]): Diagnostic[] => [...diagnostics];
  return { program: readRunProgram(folder), placed, folder, isResumed, warnings: isResumed ? [] : anew(folder) };
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
