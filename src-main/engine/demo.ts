// The demo: learns a negative embedding on the embedded pipeline and shows what it is worth on prompts it never saw.

import { existsSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { counted } from "../common/counted.ts";
import type { DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { EvaluationReport } from "../common/evaluation-report.ts";
import type { DemoInput, DemoResult } from "../common/learning.ts";
import { perSampleOf } from "../common/recipe.ts";
import type { RunEvent } from "../common/run-events.ts";
import { comparisonSheet } from "../evaluation/comparison-sheet.ts";
import { summarise } from "../evaluation/evaluation-report.ts";
import { writeReport } from "../evaluation/write-report.ts";
import { embedded } from "../models/embedded.ts";
import { drawContactSheet } from "../pictures/contact-sheet.ts";
import { drawLineChart } from "../pictures/line-chart.ts";
import { writePng } from "../pictures/picture.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { evaluate, type Evaluation } from "../training/evaluate.ts";
import { encodeText } from "../training/generator.ts";
import { loadNegative } from "../training/load-negative.ts";
import { openLearner } from "../training/open-learner.ts";
import { openScheduler } from "../training/open-scheduler.ts";
import { personalizeRun } from "../training/personalize-run.ts";
import { makePlan, parseRecipe, type Plan } from "../training/plan.ts";
import { readPromptFile } from "../training/prompt-file.ts";
import type { Learner } from "../training/reneg-step.ts";
import { asOnlyWriter } from "../training/run-lock.ts";
import { readMetrics } from "../training/run-metrics.ts";
import { trainWith } from "../training/train.ts";
import { copyFileAtomically, writeFileAtomically } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";

const RECIPE = fileURLToPath(new URL("../../resources/recipes/emoji.json", import.meta.url));
/** What people write by hand, and what the embedded pipeline has seen in captions. */
const HANDCRAFTED = "blurry, noisy, washed out, low quality";
/** Of the pictures that are judged: more than while learning, as a person would draw them. */
const SAMPLING_STEPS = 20;
/** One picture of each held-out prompt: many prompts tell more than many pictures of few. */
const SEEDS = [0];
/** The name of the reward that is not climbed. */
const HELD_OUT = basename(embedded.rewards.heldOut);
/** Rows of the picture that shows it. */
const SHOWN = 8;

export interface DemoOptions {
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Files in `out`: before-after.png, reward.svg, report.md, report.json, negative.safetensors, and the run in learning/. */
export async function runDemo(input: DemoInput, options: DemoOptions): Promise<DemoResult> {
  const out = resolve(input.out);
  return asOnlyWriter(out, () => demonstrate({ ...input, out }, options));
}

async function demonstrate(input: DemoInput, options: DemoOptions): Promise<DemoResult> {
  const { emit } = options;
  const started = performance.now();
  const { out } = input;
  const run = join(out, "learning");
  clearRun(run);
  const given = makePlan({ ...parseRecipe(readJson(RECIPE), RECIPE), seed: input.seed }, dirname(RECIPE));
  await emit({
    type: "note",
    message: `learning from ${counted(given.prompts.length, "prompt")}, ${counted(given.steps, "step")}`,
  });
  const { plan, learner } = await openLearner(given, options);
  const { sessions } = learner.generator;
  try {
    const { embedding, stopped } = await trainWith(learner, plan, { run, resume: false, ...options });
    if (stopped) refuseStopped(run);
    const negative = join(out, "negative.safetensors");
    copyFileAtomically(embedding, negative);
    const learned = (await loadNegative(learner.generator, { kind: "embedding", file: negative })).embedding;

    const prompts = readPromptFile(embedded.prompts.heldOut).prompts;
    const evaluation = await judgeLearned(learner, plan, learned, prompts, emit);
    const some = prompts.slice(0, input.perSample);
    const [perSample] = await personalizeRun(personal(plan, some), learned, { run, sessions, emit });
    const beforeAfter = join(out, "before-after.png");
    await writePng(beforeAfter, await drawContactSheet(comparisonSheet(evaluation, HANDCRAFTED, SHOWN)));
    const chart = join(out, "reward.svg");
    writeFileAtomically(chart, drawLineChart(rewardChart(run)));
    const report: EvaluationReport = summarise({
      scores: evaluation.scores,
      settings: settings(plan, input, options.device),
      ...(perSample === undefined ? {} : { perSample: perSample.prompts }),
      seconds: (performance.now() - started) / 1000,
      peakMemoryMB: process.resourceUsage().maxRSS / 1024,
    });
    return { report, files: [beforeAfter, chart, ...writeReport(out, report), negative] };
  } finally {
    await sessions.release();
  }
}

async function judgeLearned(
  learner: Learner,
  plan: Plan,
  learned: Float32Array,
  prompts: readonly string[],
  emit: DemoOptions["emit"],
): Promise<Evaluation> {
  const { generator } = learner;
  const { scheduler, guidance } = plan.sampler;
  const finished = { ...learner, scheduler: openScheduler(generator.pipeline, scheduler, SAMPLING_STEPS) };
  return evaluate(finished, {
    prompts,
    seeds: SEEDS,
    negatives: {
      null: await encodeText(generator, ""),
      handcrafted: await encodeText(generator, HANDCRAFTED),
      learned,
    },
    guidance,
    onProgress: progressReporter("evaluating", emit, { unit: "images of prompts never trained on" }),
  });
}

function rewardChart(run: string) {
  const metrics = readMetrics(run);
  const points = (read: (line: (typeof metrics)[number]) => number) =>
    metrics.map((line) => ({ step: line.step, value: read(line) }));
  return {
    title: "Reward while learning",
    panels: [
      {
        title: "training reward (cosine)",
        series: [{ name: "training reward", points: points((line) => line.reward) }],
      },
      {
        title: "held-out reward (cosine)",
        series: [{ name: "held-out reward", points: points((line) => line.heldOut[HELD_OUT] ?? NaN) }],
      },
    ],
  };
}

function settings(plan: Plan, { out, perSample, seed }: DemoInput, device: DeviceName): EvaluationReport["settings"] {
  const more = [...(perSample > 0 ? [`--per-sample ${perSample}`] : []), `--out ${out}`];
  return {
    command: `reneg demo --seed ${seed} --device ${device} ${more.join(" ")}`,
    pipeline: plan.pipeline,
    rewards: { train: "preference", heldOut: HELD_OUT },
    handcrafted: HANDCRAFTED,
    steps: SAMPLING_STEPS,
    guidance: plan.sampler.guidance,
    scheduler: plan.sampler.scheduler,
    device,
    learning: {
      prompts: plan.prompts.length,
      steps: plan.steps,
      batch: plan.batch,
      optimizer: plan.optimizer.name,
      learningRate: plan.optimizer.learningRate,
      seed: plan.seed,
    },
  };
}

/** One embedding for each prompt, for its own pictures: finished ones, with the gradient as near to the end as while learning. */
function personal(plan: Plan, prompts: string[]): Plan {
  const { steps, lastSteps } = plan.sampler;
  const scale = SAMPLING_STEPS / steps;
  const sampler = { ...plan.sampler, steps: SAMPLING_STEPS, lastSteps: Math.round(lastSteps * scale) };
  const perSample = perSampleOf(z.array(z.string())).parse(prompts.length === 0 ? [] : [{ prompts }]);
  return { ...plan, sampler, perSample };
}

/** The demo starts anew each time; it removes only what an earlier demo left. */
function clearRun(run: string): void {
  if (!existsSync(run)) return;
  if (existsSync(join(run, "plan.json"))) return rmSync(run, { recursive: true });
  refuse({
    code: "output-taken",
    at: { file: run },
    message: "the demo keeps its run here, but the folder holds something else",
    help: "choose another --out",
  });
}

function refuseStopped(run: string): never {
  return refuse({
    code: "cancelled",
    at: { stage: "demo" },
    message: "the demo was stopped while it learned; what it learned so far is saved",
    help: `go on with \`reneg train --resume ${run}\`, or start the demo again`,
  });
}
