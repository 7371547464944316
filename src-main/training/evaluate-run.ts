// What a run has learned, on prompts of its evaluations: pictures side by side, and a report of what the embedding is worth.

import { basename, join } from "node:path";
import { COMPARISON_RECORD } from "../common/comparison-record.ts";
import type { DeviceName } from "../common/device.ts";
import { CONDITIONS, type EvaluationReport, evaluationReport } from "../common/evaluation-report.ts";
import type { RunEvent } from "../common/run-events.ts";
import { comparisonSheet } from "../evaluation/comparison-sheet.ts";
import { dropOtherImages, openEvaluationImages, recordComparison } from "../evaluation/evaluation-images.ts";
import { summarise } from "../evaluation/evaluation-report.ts";
import { writeReport } from "../evaluation/write-report.ts";
import { parseConfig } from "../models/parse-config.ts";
import { drawContactSheet } from "../pictures/contact-sheet.ts";
import { LEARNED_NEGATIVE, imageParameters } from "../pictures/image-parameters.ts";
import { writePng } from "../pictures/picture.ts";
import { type Provenance, textOfProvenance } from "../pictures/provenance.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";
import { readJson } from "../weights/json-file.ts";
import { compare, evaluate, type EvaluateOptions, type Evaluation } from "./evaluate.ts";
import { encodeText } from "./generator.ts";
import type { Glimpse } from "./glimpse.ts";
import type { Plan } from "./plan.ts";
import type { Learner } from "./reneg-step.ts";

export interface EvaluateRunOptions {
  /** The run's folder; each evaluation gets one in it. */
  readonly run: string;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** When the run began, by `performance.now()`. */
  readonly started: number;
  readonly glimpse: Glimpse;
  readonly provenance?: Provenance | undefined;
}

type EvaluationPlan = Plan["evaluations"][number];

/** Rows of the picture. */
const SHOWN = 16;

const WRITTEN_LAST = { pictures: COMPARISON_RECORD, scores: "report.json" } as const;

/**
 * One that was stopped goes on with the images that it has not drawn yet.
 * @param learned [tokens, width]
 * @returns the reports of those that score, also where an earlier sitting made them
 */
export async function evaluateRun(
  plan: Plan,
  learner: Learner,
  learned: Float32Array,
  options: EvaluateRunOptions,
): Promise<EvaluationReport[]> {
  const reports: EvaluationReport[] = [];
  for (const part of plan.evaluations) {
    const folder = evaluationFolder(options.run, part);
    // A run that goes on keeps what it has.
    if (isEvaluated(options.run, part)) {
      if (part.show === "scores") reports.push(readReport(folder));
      continue;
    }
    const found = await carryOut(plan, part, learner, learned, options);
    if (found !== null) reports.push(found);
    await options.emit({ type: "note", message: `evaluated: ${folder}` });
  }
  return reports;
}

/** Images that evaluations are still to draw, at most: how many an unfinished one has is not looked at. */
export function imagesToEvaluate({ evaluations }: Plan, run: string): number {
  const open = evaluations.filter((part) => !isEvaluated(run, part));
  return open.reduce((sum, { prompts, count }) => sum + prompts.length * count * CONDITIONS.length, 0);
}

function evaluationFolder(run: string, { name }: EvaluationPlan): string {
  return join(run, name === undefined ? "evaluation" : `evaluation-${name}`);
}

function isEvaluated(run: string, part: EvaluationPlan): boolean {
  return isThere(join(evaluationFolder(run, part), WRITTEN_LAST[part.show]));
}

function readReport(folder: string): EvaluationReport {
  const file = join(folder, WRITTEN_LAST.scores);
  return parseConfig(evaluationReport, readJson(file), file);
}

/** @returns `null` for one of pictures alone */
async function carryOut(
  plan: Plan,
  part: EvaluationPlan,
  learner: Learner,
  learned: Float32Array,
  options: EvaluateRunOptions,
): Promise<EvaluationReport | null> {
  const { prompts, handwritten } = part;
  const folder = evaluationFolder(options.run, part);
  makeFolder(folder);
  const drawing = await drawingOptions(plan, part, learner, learned, options);
  const isScored = part.show === "scores";
  const evaluation = isScored ? await evaluate(learner, drawing) : null;
  const { scores, pictures } = evaluation ?? (await compare(learner, drawing));
  const tell = progressReporter("writing", options.emit, { unit: "reports" });
  await tell(0, 1);
  const sheet = comparisonSheet({ scores, pictures }, handwritten, SHOWN);
  await writePng(join(folder, "before-after.png"), await drawContactSheet(sheet));
  recordComparison(folder, prompts, handwritten, scores);
  const found = evaluation && report(plan, part, learner, evaluation, options);
  if (found !== null) writeReport(folder, found);
  dropOtherImages(folder, prompts, scores);
  await tell(1, 1);
  return found;
}

async function drawingOptions(
  plan: Plan,
  part: EvaluationPlan,
  { generator }: Learner,
  learned: Float32Array,
  { run, emit, glimpse, provenance }: EvaluateRunOptions,
): Promise<EvaluateOptions> {
  const { prompts, count, seed, handwritten, show } = part;
  const { sampler, pipeline } = plan;
  const { steps, scheduler, guidance } = sampler;
  const negative = { null: "", handcrafted: handwritten, learned: LEARNED_NEGATIVE };
  const carried = textOfProvenance(provenance);
  return {
    prompts,
    seeds: Array.from({ length: count }, (_, i) => seed + i),
    negatives: {
      null: await encodeText(generator, ""),
      handcrafted: await encodeText(generator, handwritten),
      learned,
    },
    guidance,
    kept: openEvaluationImages(evaluationFolder(run, part), {
      prompts,
      textOf: (condition, request) => ({
        Title: request.prompt,
        parameters: imageParameters({
          ...request,
          negative: negative[condition],
          steps,
          scheduler,
          guidance,
          pipeline: basename(pipeline),
        }),
        ...carried,
      }),
    }),
    onProgress: progressReporter(PHASES[show], emit, { unit: "images" }),
    onScored: progressReporter("scoring", emit, { unit: "images" }),
    onStep: glimpse.show,
    onDecoded: glimpse.learn,
  };
}

const PHASES = { pictures: "comparing", scores: "evaluating" } as const;

function report(
  plan: Plan,
  { handwritten }: EvaluationPlan,
  { objectives, heldOut }: Learner,
  { scores }: Evaluation,
  { run, device, started }: EvaluateRunOptions,
): EvaluationReport {
  const { pipeline, sampler, optimizer } = plan;
  return summarise({
    scores,
    settings: {
      command: `reneg train ${join(run, "plan.json")}`,
      pipeline,
      rewards: {
        train: objectives.map(({ judge, weight }) => `${weight} · ${judge.reward.name}`).join(" + "),
        heldOut: [...heldOut.keys()][0] ?? "",
      },
      handcrafted: handwritten,
      steps: sampler.steps,
      guidance: sampler.guidance,
      scheduler: sampler.scheduler,
      device,
      learning: {
        prompts: plan.prompts.length,
        steps: plan.steps,
        batch: plan.batch,
        optimizer: optimizer.name,
        learningRate: optimizer.learningRate,
        seed: plan.seed,
      },
    },
    seconds: (performance.now() - started) / 1000,
    peakMemoryMB: process.resourceUsage().maxRSS / 1024,
  });
}
