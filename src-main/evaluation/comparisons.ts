// What a run has learned, on prompts of its comparisons: images side by side, and a report of what it is worth.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { COMPARISON_RECORD } from "../common/comparison-record.ts";
import { type Condition, CONDITIONS, type EvaluationReport, evaluationReport } from "../common/evaluation-report.ts";
import { callOf, callsBelow, type Program } from "../common/program/program.ts";
import { type NamedSink, sinksOfKind } from "../common/program/sink-names.ts";
import type { RunEvent } from "../common/run-events.ts";
import { parseConfig } from "../models/parse-config.ts";
import { drawContactSheet } from "../pictures/contact-sheet.ts";
import { imageParameters } from "../pictures/image-parameters.ts";
import { writePng } from "../pictures/picture.ts";
import { type Provenance, textOfProvenance } from "../pictures/provenance.ts";
import type { DrawingObserver } from "../sampling/draw-images.ts";
import { imageBatch } from "../sampling/image-batch.ts";
import { type ImageFacts, imageFacts, pipelineName } from "../sampling/image-facts.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { openScoredImage } from "../sampling/scored-image.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";
import { type Compared, type Conditions, drawCompared, requestsOf, scoreCompared } from "./compare-images.ts";
import { comparisonSheet } from "./comparison-sheet.ts";
import { dropOtherImages, openEvaluationImages, recordComparison } from "./evaluation-images.ts";
import { summarise } from "./evaluation-report.ts";
import { requireHeldOut, withHeldOut } from "./held-out.ts";
import { writeReport } from "./write-report.ts";

export interface ComparisonOptions {
  /** The run's folder; each comparison gets one in it. */
  readonly folder: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** When the run began, by `performance.now()`. */
  readonly started: number;
  readonly observer: DrawingObserver;
  readonly provenance: Provenance | undefined;
}

type Comparison = NamedSink<"comparison">;

/** Rows of the contact sheet. */
const SHOWN = 16;

const WRITTEN_LAST = { pictures: COMPARISON_RECORD, scores: "report.json" } as const;
const PHASES = { pictures: "comparing", scores: "evaluating" } as const;

/**
 * One that was stopped goes on with the images that it has not drawn yet.
 * @returns the reports of those that score, also where an earlier sitting made them
 */
export async function drawComparisons(
  run: ProgramRun,
  parameters: ParameterValues,
  options: ComparisonOptions,
): Promise<EvaluationReport[]> {
  const reports: EvaluationReport[] = [];
  for (const comparison of sinksOfKind(run.opened.program, "comparison")) {
    const folder = folderOf(options.folder, comparison);
    // A run that goes on keeps what it has.
    if (isDrawn(options.folder, comparison)) {
      if (comparison.sink.show === "scores") reports.push(readReport(folder));
      continue;
    }
    const found = await drawComparison(run, comparison, parameters, { ...options, folder });
    if (found !== null) reports.push(found);
    await options.emit({ type: "note", message: `evaluated: ${folder}` });
  }
  return reports;
}

/** Images that comparisons are still to draw, at most: how many an unfinished one has is not looked at. */
export function imagesToCompare({ opened }: ProgramRun, run: string): number {
  return sinksOfKind(opened.program, "comparison")
    .filter((comparison) => !isDrawn(run, comparison))
    .reduce((sum, { sink: { prompts, count } }) => {
      return sum + opened.open(prompts, "prompts").texts.length * count * CONDITIONS.length;
    }, 0);
}

function folderOf(run: string, { name }: Comparison): string {
  return join(run, name === undefined ? "evaluation" : `evaluation-${name}`);
}

function isDrawn(run: string, comparison: Comparison): boolean {
  return existsSync(join(folderOf(run, comparison), WRITTEN_LAST[comparison.sink.show]));
}

function readReport(folder: string): EvaluationReport {
  const file = join(folder, WRITTEN_LAST.scores);
  return parseConfig(evaluationReport, readJson(file), file);
}

/** @param options `folder`: of this comparison. @returns `null` for one of images alone */
async function drawComparison(
  run: ProgramRun,
  { sink }: Comparison,
  parameters: ParameterValues,
  { folder, emit, started, observer, provenance }: ComparisonOptions,
): Promise<EvaluationReport | null> {
  const { opened } = run;
  const { handwritten, show, count, seed } = sink;
  makeFolder(folder);
  const prompts = opened.open(sink.prompts, "prompts").texts;
  const conditions = openConditions(run, sink.conditions);
  const isScored = show === "scores";
  if (isScored) requireHeldOut(conditions);
  const facts = imageFacts(opened.program, sink.conditions.learned.image);
  const requests = requestsOf(
    prompts,
    Array.from({ length: count }, (_, i) => seed + i),
  );
  const images = await drawCompared(conditions, requests, {
    parameters,
    observer,
    onProgress: progressReporter(PHASES[show], emit, { unit: "images" }),
    kept: openEvaluationImages(folder, { prompts, textOf: textOf(run, sink.conditions, provenance) }),
  });
  const compared = await scoreCompared(conditions, images, {
    parameters,
    withHeldOut: isScored,
    onScored: progressReporter("scoring", emit, { unit: "images" }),
  });
  const tell = progressReporter("writing", emit, { unit: "reports" });
  await tell(0, 1);
  const sheet = comparisonSheet(compared, handwritten, SHOWN);
  await writePng(join(folder, "before-after.png"), await drawContactSheet(sheet));
  recordComparison(folder, prompts, handwritten, compared.scores);
  const report = isScored ? reportOf(run, sink, conditions, compared, { facts, folder, started }) : null;
  if (report !== null) writeReport(folder, report);
  dropOtherImages(folder, prompts, compared.scores);
  await tell(1, 1);
  return report;
}

export function openConditions(run: ProgramRun, conditions: Comparison["sink"]["conditions"]): Conditions {
  const batch = imageBatch(run.opened, conditions.learned.image);
  const of = (condition: Condition) => openScoredImage(run, conditions[condition], batch);
  return { null: of("null"), handcrafted: of("handcrafted"), learned: of("learned") };
}

function textOf(
  { opened: { program } }: ProgramRun,
  conditions: Comparison["sink"]["conditions"],
  provenance: Provenance | undefined,
) {
  const of = (condition: Condition): ImageFacts => imageFacts(program, conditions[condition].image);
  const facts = { null: of("null"), handcrafted: of("handcrafted"), learned: of("learned") };
  const carried = textOfProvenance(provenance);
  return (condition: Condition, { prompt, seed }: { readonly prompt: string; readonly seed: number }) => ({
    Title: prompt,
    parameters: imageParameters({
      ...facts[condition],
      prompt,
      seed,
      pipeline: pipelineName(facts[condition]),
    }),
    ...carried,
  });
}

interface ReportParts {
  readonly facts: ImageFacts;
  readonly folder: string;
  readonly started: number;
}

function reportOf(
  { opened, sessions }: ProgramRun,
  { handwritten, conditions: { learned: shown } }: Comparison["sink"],
  { learned }: Conditions,
  { scores }: Compared,
  { facts, folder, started }: ReportParts,
): EvaluationReport {
  const { negative: _, ...drawn } = facts;
  return summarise({
    scores: withHeldOut(scores),
    settings: {
      command: `reneg train ${join(folder, "..", "program.json")}`,
      ...drawn,
      rewards: { train: learned.objective?.score.name ?? "", heldOut: [...learned.heldOut.keys()][0] ?? "" },
      handcrafted: handwritten,
      device: sessions.device,
      ...learningOf(opened.program, shown.image),
    },
    seconds: (performance.now() - started) / 1000,
    peakMemoryMB: process.resourceUsage().maxRSS / 1024,
  });
}

/** How what the image shows was learned. */
export function learningOf(program: Program, image: string): Pick<EvaluationReport["settings"], "learning"> {
  const below = new Set(callsBelow(program, [image]));
  const update = Object.values(program.updates).find(({ parameters }) => parameters.some((ref) => below.has(ref)));
  if (update === undefined) return {};
  const { steps, batch, optimizer, learningRate, seed } = update.settings;
  const prompts = callsBelow(program, [update.objective]).flatMap((ref) => {
    const texts = program.calls[ref]?.settings["texts"];
    return Array.isArray(texts) ? texts : [];
  });
  const parameters = update.parameters.map((ref) => callOf(program, ref).fn);
  return { learning: { parameters, prompts: prompts.length, steps, batch, optimizer, learningRate, seed } };
}
