// The gallery: runs on disk, what the user says of them, and the bin that they can be brought back from.

import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { z } from "zod";
import { nodeTypes } from "../../nodes/index.ts";
import { refuse } from "../common/diagnostic.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import { explainFault } from "../common/explain-fault.ts";
import { bestMeanOf, courseOfSteps, coursesOfOthers, ledSteps } from "../common/reward-course.ts";
import { type Job, jobKind, type JobKind, type JobState } from "../common/studio/job.ts";
import type { MetricsPoint, RunDetail, runNotes, RunSummary } from "../common/studio/run.ts";
import { titleIn } from "../common/workflow-difference.ts";
import { moveDurably } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";
import { readApplied } from "./applied-results.ts";
import type { Home } from "./home.ts";
import { changesOf, madeRuns, parametersOfRun } from "./run-changes.ts";
import { runUrl } from "./run-files.ts";
import {
  damagedFileOf,
  kindOfRun,
  readEarlyStopping,
  readEvaluated,
  readEvaluations,
  readFrozenWorkflow,
  readHeldBack,
  readMetrics,
  readPerSample,
  readPreviews,
  readRunNotes,
  readShownRun,
  readWorkflowOf,
  secondsOf,
  writeRunNotes,
} from "./run-folder.ts";
import type { ShownRun } from "./shown-run.ts";

/** The newest first. */
export function listRuns(home: Home, jobs: readonly Job[]): RunSummary[] {
  const made = madeRuns(home);
  return readdirSync(home.runs)
    .filter((id) => isListed(join(home.runs, id)))
    .map((id) => summariseAny(home, id, jobs, made))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** An application that cannot be read is listed as what it is: damaged. */
function isListed(folder: string): boolean {
  return kindOfRun(folder) === "learn" || damagedFileOf(folder) !== null;
}

/** Of all runs, without what comes with the program. */
export function listPipelines(home: Home): string[] {
  const pipelines = readdirSync(home.runs).flatMap((id) => readShownRun(join(home.runs, id))?.pipeline ?? []);
  return [...new Set(pipelines)].filter((pipeline) => !isEmbeddedName(pipeline));
}

export function readRun(home: Home, id: string, jobs: readonly Job[]): RunDetail {
  const folder = runFolder(home, id, ["learn"]);
  const evaluations = readEvaluations(id, folder);
  return {
    ...summarise(home, id, jobs, madeRuns(home)),
    folder,
    metrics: [...(readMetrics(folder) ?? [])],
    previews: readPreviews(id, folder),
    evaluations,
    evaluationsOpen: (readShownRun(folder)?.evaluations.length ?? 0) - evaluations.length,
    earlyStopping: [...(readEarlyStopping(folder) ?? [])],
    heldBack: [...(readHeldBack(folder) ?? [])],
    perSample: readPerSample(id, folder),
    applied: readApplied(id, folder),
    workflow: readWorkflowOf(folder),
    warnings: [...(jobs.find(({ run }) => run === id)?.diagnostics ?? [])],
  };
}

export function annotateRun(home: Home, { id, ...changes }: z.output<typeof runNotes>): void {
  const folder = runFolder(home, id);
  writeRunNotes(folder, { ...readRunNotes(folder), ...changes });
}

export function binRun(home: Home, id: string): void {
  const folder = runFolder(home, id);
  rmSync(join(home.bin, id), { recursive: true, force: true });
  moveDurably(folder, join(home.bin, id));
}

export function restoreRun(home: Home, id: string): void {
  const binned = join(home.bin, id);
  if (kindOfRun(binned) === null) {
    refuse({
      code: "run-not-binned",
      at: { file: binned },
      message: "the bin does not hold this run",
      help: "what was deleted before the program last started is gone for good",
    });
  }
  if (isThere(join(home.runs, id))) {
    refuse({
      code: "run-exists",
      at: { file: join(home.runs, id) },
      message: "another run has this name by now",
      help: "delete that one first",
    });
  }
  moveDurably(binned, join(home.runs, id));
}

/** @throws Refusal if there is no such run */
function runFolder(home: Home, id: string, kinds: readonly JobKind[] = jobKind.options): string {
  const folder = join(home.runs, id);
  const kind = kindOfRun(folder);
  if (kind !== null && kinds.includes(kind)) return folder;
  return refuse({
    code: "run-missing",
    at: { file: folder },
    message: "there is no such run",
    help: "it may have been deleted: look at the list anew",
  });
}

/** Whatever is wrong with one run, the others are listed, and it as damaged. */
function summariseAny(home: Home, id: string, jobs: readonly Job[], made: ReturnType<typeof madeRuns>): RunSummary {
  try {
    return summarise(home, id, jobs, made);
  } catch (error) {
    const [diagnostic] = explainFault(error, { file: join(home.runs, id) });
    return {
      ...UNKNOWN,
      id,
      number: home.runNumbers.of(id),
      name: id,
      workflowName: id,
      damagedFile: diagnostic?.message ?? id,
    };
  }
}

/** Of a run of which nothing can be read. */
const UNKNOWN = {
  createdAt: new Date(0).toISOString(),
  state: "failed",
  step: 0,
  total: 0,
  beganAt: null,
  seconds: 0,
  workflowPath: null,
  changes: null,
  parameters: [],
  reward: null,
  otherRewards: [],
  evaluated: null,
  bestHeldOut: null,
  sweep: null,
  worker: null,
  thumbnail: null,
  pipeline: "",
  embedding: null,
  notes: "",
  tags: [],
} satisfies Partial<RunSummary>;

function summarise(home: Home, id: string, jobs: readonly Job[], made: ReturnType<typeof madeRuns>): RunSummary {
  const folder = join(home.runs, id);
  const damagedFile = damagedFileOf(folder);
  const plan = readShownRun(folder);
  const metrics = readMetrics(folder) ?? [];
  const kept = readRunNotes(folder);
  const { name, createdAt, notes, tags } = kept;
  const step = metrics.at(-1)?.step ?? 0;
  const job = jobs.find(({ run }) => run === id);
  const steps = plan?.steps ?? 0;
  const evaluated = readEvaluated(folder);
  const saveAs = plan?.saveAs ?? "";
  const learned = join(folder, saveAs);
  const saved = saveAs === "" ? undefined : statSync(learned, { throwIfNoEntry: false });
  const state = job?.state ?? (damagedFile === null ? stateOnDisk(folder, step, saved !== undefined) : "failed");
  return {
    id,
    number: home.runNumbers.of(id),
    name: name === "" ? id : name,
    createdAt: createdAt === "" ? statSync(folder).mtime.toISOString() : createdAt,
    damagedFile,
    state,
    step,
    total: steps,
    beganAt: job?.beganAt ?? kept.beganAt,
    // Earlier versions kept no time but that of the steps.
    seconds: Math.max(job?.workedSeconds ?? kept.workedSeconds, secondsOf(metrics)),
    workflowName: kept.workflowName === "" ? name : kept.workflowName,
    workflowPath: kept.workflowPath,
    changes: changesOf(home, id, made),
    parameters: parametersOfRun(home, id),
    reward: courseOfSteps(metrics),
    otherRewards: titledCourses(folder, metrics),
    evaluated,
    bestHeldOut: evaluated?.heldOut.learned ?? (isEvaluationOpen(plan, state) ? null : bestOf(folder, metrics)),
    sweep: kept.sweep,
    worker: (job?.workers ?? kept.workers)?.worker ?? null,
    thumbnail: readPreviews(id, folder).at(-1)?.url ?? null,
    pipeline: basename(plan?.pipeline ?? ""),
    embedding:
      saved === undefined ? null : { path: learned, url: saved.isFile() ? runUrl(id, saveAs, saved.mtimeMs) : null },
    notes,
    tags,
  };
}

/** What single steps scored is not put beside what evaluations of other runs will say. */
function isEvaluationOpen(plan: ShownRun | null, state: JobState): boolean {
  return state !== "done" && (plan?.evaluations.length ?? 0) > 0;
}

/** Where all held-back examples were asked, what single steps say of some of them is worth less. */
function bestOf(folder: string, metrics: readonly MetricsPoint[]): number | null {
  const [name] = Object.keys(metrics[0]?.heldOut ?? {});
  if (name === undefined) return null;
  const whole = readHeldBack(folder)?.find(({ score }) => score === name);
  return whole?.value.mean ?? bestMeanOf(ledSteps(metrics).flatMap(({ heldOut }) => heldOut[name] ?? []));
}

/** By their nodes' titles; of a plain recipe, which has no nodes of its own, by their ids. */
function titledCourses(folder: string, metrics: Parameters<typeof coursesOfOthers>[0]): RunSummary["otherRewards"] {
  const courses = Object.entries(coursesOfOthers(metrics));
  // Most runs have none, and all are listed at once.
  const workflow = courses.length === 0 ? null : readFrozenWorkflow(folder);
  return courses.map(([node, course]) => ({
    node,
    title: workflow === null ? node : titleIn(workflow, node, nodeTypes),
    ...course,
  }));
}

function stateOnDisk(folder: string, step: number, isSaved: boolean): JobState {
  const stopped = new Set(readEarlyStopping(folder)?.flatMap((one) => (one.isStopped ? [one.optimizer] : [])));
  const optimizers = Object.entries(readShownRun(folder)?.optimizers ?? {});
  const isOver = optimizers.every(([name, steps]) => step >= steps || stopped.has(name));
  return isOver && isSaved ? "done" : "paused";
}
