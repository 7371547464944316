// What a run has learned, on prompts of its evaluations: pictures side by side, and a report of what the embedding is worth.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DeviceName } from "../common/device.ts";
import { CONDITIONS, type EvaluationReport, evaluationReport } from "../common/evaluation-report.ts";
import type { RunEvent } from "../common/run-events.ts";
import { parseConfig } from "../models/parse-config.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";
import { drawPictures } from "./draw-pictures.ts";
import { evaluate, type EvaluateOptions, type Evaluation, scoreAll } from "./evaluate.ts";
import { encodeText } from "./generator.ts";
import type { Glimpse } from "./glimpse.ts";
import { writePng } from "./picture.ts";
import type { Plan } from "./plan.ts";
import type { Learner } from "./reneg-step.ts";
import { type Comparison, comparisonSheet } from "./report/comparison-sheet.ts";
import { drawContactSheet } from "./report/contact-sheet.ts";
import { summarise } from "./report/evaluation-report.ts";
import { writeReport } from "./report/write-report.ts";

export interface EvaluateRunOptions {
  /** The run's folder; each evaluation gets one in it. */
  readonly run: string;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** When the run began, by `performance.now()`. */
  readonly started: number;
  readonly glimpse: Glimpse;
}

type EvaluationPlan = Plan["evaluations"][number];

/** Rows of the picture. */
const SHOWN = 16;

const WRITTEN_LAST = { pictures: "before-after.png", scores: "report.json" } as const;

/**
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
    const folder = join(options.run, part.name === undefined ? "evaluation" : `evaluation-${part.name}`);
    // A run that goes on keeps what it has.
    if (existsSync(join(folder, WRITTEN_LAST[part.show]))) {
      if (part.show === "scores") reports.push(readReport(folder));
      continue;
    }
    makeFolder(folder);
    const drawing = await drawingOptions(plan, part, learner, learned, options);
    const showPictures = async (comparison: Comparison): Promise<void> => {
      const sheet = comparisonSheet(comparison, part.handwritten, SHOWN);
      await writePng(join(folder, "before-after.png"), await drawContactSheet(sheet));
    };
    if (part.show === "pictures") {
      await showPictures(await compare(learner, drawing));
    } else {
      const evaluation = await evaluate(learner, drawing);
      await showPictures(evaluation);
      const found = report(plan, part, learner, evaluation, options);
      writeReport(folder, found);
      reports.push(found);
    }
    await options.emit({ type: "note", message: `evaluated: ${folder}` });
  }
  return reports;
}

function readReport(folder: string): EvaluationReport {
  const file = join(folder, WRITTEN_LAST.scores);
  return parseConfig(evaluationReport, readJson(file), file);
}

async function drawingOptions(
  plan: Plan,
  { prompts, count, seed, handwritten }: EvaluationPlan,
  { generator }: Learner,
  learned: Float32Array,
  { emit, glimpse }: EvaluateRunOptions,
): Promise<EvaluateOptions> {
  return {
    prompts,
    seeds: Array.from({ length: count }, (_, i) => seed + i),
    negatives: {
      null: await encodeText(generator, ""),
      handcrafted: await encodeText(generator, handwritten),
      learned,
    },
    guidance: plan.sampler.guidance,
    onProgress: (done, total) => emit({ type: "progress", phase: "evaluating", done, total }),
    onStep: glimpse.show,
    onDecoded: glimpse.learn,
  };
}

/** Pictures with no more than the reward that was climbed, which needs no held-out one beside it as long as nothing is claimed. */
async function compare(
  { generator, scheduler, objectives }: Learner,
  { prompts, seeds, negatives, guidance, onProgress, ...hooks }: EvaluateOptions,
): Promise<Comparison> {
  const requests = prompts.flatMap((prompt) => seeds.map((seed) => ({ prompt, seed })));
  const rows = [];
  for (const [i, condition] of CONDITIONS.entries()) {
    const pictures = await drawPictures(generator, scheduler, requests, {
      negative: negatives[condition],
      guidance,
      ...hooks,
      onProgress: (done, total) => onProgress(i * total + done, CONDITIONS.length * total),
    });
    const values = await scoreAll(
      objectives,
      pictures,
      requests.map(({ prompt }) => prompt),
    );
    const scores = requests.map((request, j) => ({ condition, ...request, train: values[j] ?? NaN }));
    rows.push({ scores, pictures });
  }
  return { scores: rows.flatMap(({ scores }) => scores), pictures: rows.flatMap(({ pictures }) => pictures) };
}

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
