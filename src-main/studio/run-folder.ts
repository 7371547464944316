// What a run's folder tells, read again only where it changed.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { APPLIED_PLAN, appliedPlan } from "../common/applied-files.ts";
import { COMPARED_IMAGES, COMPARISON_RECORD, comparisonRecord } from "../common/comparison-record.ts";
import { EARLY_STOPPING_FILE, earlyStoppingRecord } from "../common/early-stopping.ts";
import { type EvaluatedReward, evaluatedRewardOf } from "../common/evaluated-reward.ts";
import { evaluationReport } from "../common/evaluation-report.ts";
import { HELD_BACK_FILE, heldBackRecord } from "../common/held-back.ts";
import { jsonOrNull } from "../common/json-or-null.ts";
import { perSampleReport } from "../common/per-sample-report.ts";
import { PREVIEW_GAP, PREVIEW_REWARDS, previewRewards, PREVIEWS_FOLDER } from "../common/preview-files.ts";
import { PLAN_FILE, PROGRAM_FILE, RUN_MARKERS } from "../common/run-files.ts";
import { jobKind, type JobKind, jobWorkers } from "../common/studio/job.ts";
import {
  type EvaluationResult,
  metricsPoint,
  type MetricsPoint,
  type PerSampleResult,
  type PreviewPicture,
} from "../common/studio/run.ts";
import { sweepOfRun } from "../common/sweep.ts";
import { parseWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { runUrl } from "./run-files.ts";
import { type ShownRun, shownOfPlan, shownOfProgram } from "./shown-run.ts";

/** What the user says of a run, beside what the engine keeps. */
const notes = z.object({
  name: z.string().default(""),
  createdAt: z.string().default(""),
  notes: z.string().default(""),
  tags: z.array(z.string()).default([]),
  workflowPath: z.string().nullable().default(null),
  /** As the tab of its workflow was called. */
  workflowName: z.string().default(""),
  beganAt: z.string().nullable().default(null),
  workedSeconds: z.number().nonnegative().default(0),
  sweep: sweepOfRun.nullable().default(null),
  workers: jobWorkers.nullable().default(null),
});
export type RunNotes = z.output<typeof notes>;

const PREVIEW = /^(?:([\w-]+)-)?step-(\d+)\.png$/;

const NOTES = "studio.json";
const WORKFLOW = "workflow.reneg.json";

export function readRunNotes(folder: string): RunNotes {
  return readJsonFile(join(folder, NOTES), notes, notes.parse({}));
}

export function writeRunNotes(folder: string, given: RunNotes): void {
  writeJsonFile(join(folder, NOTES), given);
}

/** Files that make a folder a run: one of them is enough, and the first counts. */
export const MARKERS: Readonly<Record<JobKind, readonly string[]>> = { learn: RUN_MARKERS, apply: [APPLIED_PLAN] };

/** The one that a folder has; `undefined`: it is no run of this kind. */
function markerOf(folder: string, kind: JobKind): string | undefined {
  return MARKERS[kind].find((name) => existsSync(join(folder, name)));
}

/** The file of a run that should tell what it is, and does not; `null`: it can be read. */
export function damagedFileOf(folder: string): string | null {
  const kind = kindOfRun(folder);
  if (kind === null) return null;
  const isRead = kind === "learn" ? readShownRun(folder) !== null : readAppliedPlan(folder) !== null;
  return isRead ? null : (markerOf(folder, kind) ?? null);
}

/** `null` if the folder is no run. */
export function kindOfRun(folder: string): JobKind | null {
  return jobKind.options.find((kind) => markerOf(folder, kind) !== undefined) ?? null;
}

const readShownProgram = remembered(PROGRAM_FILE, shownOfProgram);
const readShownPlan = remembered(PLAN_FILE, shownOfPlan);

/** `null`: it is no run that learns, or is damaged. */
export function readShownRun(folder: string): ShownRun | null {
  return markerOf(folder, "learn") === PLAN_FILE ? readShownPlan(folder) : readShownProgram(folder);
}

export const readAppliedPlan = remembered(APPLIED_PLAN, (text) => appliedPlan.parse(JSON.parse(text)));

/** A last line that a crash cut off is left out. */
export const readMetrics = remembered("metrics.jsonl", (text): readonly MetricsPoint[] =>
  text.split("\n").flatMap((line) => metricsPoint.safeParse(jsonOrNull(line)).data ?? []),
);

export const readEarlyStopping = remembered(EARLY_STOPPING_FILE, (text) => earlyStoppingRecord.parse(JSON.parse(text)));

export const readHeldBack = remembered(HELD_BACK_FILE, (text) => heldBackRecord.parse(JSON.parse(text)).results);

/** Of its steps; drawing and loading between them are not in it. */
export function secondsOf(metrics: readonly MetricsPoint[]): number {
  return metrics.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** As the program reads it today. */
export const readFrozenWorkflow = remembered(WORKFLOW, (text): Workflow => parseWorkflow(text, WORKFLOW).workflow);

export function readWorkflowOf(folder: string): unknown {
  const file = join(folder, WORKFLOW);
  return existsSync(file) ? parsedOrNull<unknown>(file, JSON.parse) : null;
}

/** In the order of their steps. */
export function readPreviews(run: string, folder: string): PreviewPicture[] {
  const pictures = join(folder, PREVIEWS_FOLDER);
  if (!existsSync(pictures)) return [];
  return readdirSync(pictures)
    .flatMap((file) => describePreview(run, folder, file) ?? [])
    .toSorted((a, b) => a.step - b.step || (a.name < b.name ? -1 : 1));
}

const readPreviewRewards = remembered(PREVIEW_REWARDS, (text): ReadonlyMap<string, readonly number[]> => {
  const lines = text.split("\n").flatMap((line) => previewRewards.safeParse(jsonOrNull(line)).data ?? []);
  return new Map(lines.map(({ name, step, rewards }) => [previewKey(name, step), rewards]));
});

function previewKey(name: string, step: number): string {
  return `${step} ${name}`;
}

/** @param file its name in the folder of previews; `null` if it is none */
export function describePreview(run: string, folder: string, file: string): PreviewPicture | null {
  const [found, name = "", step = ""] = PREVIEW.exec(file) ?? [];
  const shown = readShownRun(folder);
  if (found === undefined || shown === null) return null;
  const { prompts = [], seed = 0 } = shown.previews.find((preview) => preview.name === name) ?? {};
  const rewards = readPreviewRewards(folder)?.get(previewKey(name, Number(step)));
  const { mtimeMs } = statSync(join(folder, PREVIEWS_FOLDER, file));
  return {
    name,
    step: Number(step),
    url: runUrl(run, `${PREVIEWS_FOLDER}/${file}`, mtimeMs),
    prompts: [...prompts],
    seed,
    rewards: [...(rewards ?? [])],
    gap: PREVIEW_GAP,
  };
}

const readReport = remembered("report.json", (text) => evaluationReport.safeParse(jsonOrNull(text)).data ?? null);

const readComparison = remembered(
  COMPARISON_RECORD,
  (text) => comparisonRecord.safeParse(jsonOrNull(text)).data ?? null,
);

/** What the first evaluation that scores has found; `null` if there is none yet. */
export function readEvaluated(folder: string): EvaluatedReward | null {
  for (const name of readShownRun(folder)?.evaluations ?? []) {
    const report = readReport(join(folder, evaluationFolder(name)));
    if (report !== null) return evaluatedRewardOf(report);
  }
  return null;
}

function evaluationFolder(name: string): string {
  return name === "" ? "evaluation" : `evaluation-${name}`;
}

export function readEvaluations(run: string, folder: string): EvaluationResult[] {
  return (readShownRun(folder)?.evaluations ?? []).flatMap((name) => {
    const part = evaluationFolder(name);
    const picture = statSync(join(folder, part, "before-after.png"), { throwIfNoEntry: false });
    const report = readReport(join(folder, part));
    const record = readComparison(join(folder, part));
    // The record is written when all is drawn.
    if (picture === undefined && report === null) return [];
    const { handwritten = report?.settings.handcrafted ?? "", images = [] } = record ?? {};
    return [
      {
        name,
        report,
        picture: picture ? runUrl(run, `${part}/before-after.png`, picture.mtimeMs) : null,
        handwritten,
        images: images.map(({ file, ...image }) => ({
          ...image,
          url: runUrl(run, `${part}/${COMPARED_IMAGES}/${file}`, picture?.mtimeMs ?? 0),
        })),
      },
    ];
  });
}

/** Those that are complete. */
export function readPerSample(run: string, folder: string): PerSampleResult[] {
  return (readShownRun(folder)?.perSample ?? []).flatMap((name) => {
    const part = name === "" ? "per-sample" : `per-sample-${name}`;
    const report = readJsonFile(join(folder, part, "report.json"), perSampleReport.nullable(), null);
    if (report === null) return [];
    const picture = statSync(join(folder, part, "before-after.png"), { throwIfNoEntry: false });
    return [
      {
        name,
        report,
        picture: picture ? runUrl(run, `${part}/before-after.png`, picture.mtimeMs) : null,
        embeddings: report.prompts.map(({ file }) => runUrl(run, `${part}/${file}`, picture?.mtimeMs ?? 0)),
      },
    ];
  });
}

/** @returns a reader that gives `null` where the file is not there */
function remembered<Value>(name: string, parse: (text: string) => Value): (folder: string) => Value | null {
  const known = new Map<string, { readonly stamp: string; readonly value: Value | null }>();
  return (folder) => {
    const file = join(folder, name);
    const status = orNull(file, () => statSync(file, { throwIfNoEntry: false }));
    if (status === null || status === undefined) return null;
    const stamp = `${status.mtimeMs} ${status.size}`;
    const before = known.get(file);
    if (before?.stamp === stamp) return before.value;
    const value = parsedOrNull(file, parse);
    known.set(file, { stamp, value });
    return value;
  };
}

function parsedOrNull<Value>(file: string, parse: (text: string) => Value): Value | null {
  return orNull(file, () => parse(readFileSync(file, "utf8")));
}

/** What cannot be read of one run is said once, and hides no other run. */
function orNull<Value>(file: string, read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    return null;
  }
}
