// The demo: learns a negative embedding on the embedded pipeline and shows what it is worth on prompts it never saw.

import { copyFileSync, existsSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { EvaluationReport } from "../common/evaluation-report.ts";
import type { DemoInput, DemoResult } from "../common/learning.ts";
import type { RunEvent } from "../common/run-events.ts";
import { embedded } from "../models/embedded.ts";
import { readJson } from "../models/parse-config.ts";
import { evaluate } from "../training/evaluate.ts";
import { encodeText } from "../training/generator.ts";
import { loadNegative } from "../training/load-negative.ts";
import { openLearner } from "../training/open-learner.ts";
import { personalize } from "../training/personalize.ts";
import { writePng } from "../training/picture.ts";
import { makePlan, parseRecipe, readPrompts, type Plan } from "../training/plan.ts";
import { progressReporter } from "../training/progress-reporter.ts";
import { comparisonSheet } from "../training/report/comparison-sheet.ts";
import { drawContactSheet } from "../training/report/contact-sheet.ts";
import { summarise } from "../training/report/evaluation-report.ts";
import { drawLineChart } from "../training/report/line-chart.ts";
import { writeReport } from "../training/report/write-report.ts";
import { readMetrics } from "../training/run-metrics.ts";
import { train } from "../training/train.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";

const RECIPE = fileURLToPath(new URL("../../resources/recipes/emoji.json", import.meta.url));
/** What people write by hand, and what the embedded pipeline has seen in captions. */
const HANDCRAFTED = "blurry, noisy, washed out, low quality";
/** Of the pictures that are judged: more than while learning, as a person would draw them. */
const SAMPLING_STEPS = 30;
const PROMPTS = 32;
const SEEDS = [0, 1];
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
  const started = performance.now();
  const out = resolve(input.out);
  const run = join(out, "learning");
  makeFolder(out);
  clearRun(run);
  const plan = makePlan({ ...parseRecipe(readJson(RECIPE), RECIPE), seed: input.seed }, dirname(RECIPE));
  await options.emit({ type: "note", message: `learning from ${plan.prompts.length} prompts, ${plan.steps} steps` });
  const { stopped } = await train(plan, { run, resume: false, ...options });
  if (stopped) refuseStopped(run);
  const negative = join(out, "negative.safetensors");
  copyFileSync(join(run, "negative.safetensors"), negative);

  const { evaluation, perSample } = await judgeLearned(plan, negative, input, options);
  const beforeAfter = join(out, "before-after.png");
  await writePng(beforeAfter, await drawContactSheet(comparisonSheet(evaluation, HANDCRAFTED, SHOWN)));
  const chart = join(out, "reward.svg");
  writeFileAtomically(chart, drawLineChart(rewardChart(run)));
  const report: EvaluationReport = summarise({
    scores: evaluation.scores,
    settings: settings(plan, input, options.device),
    ...(perSample.length === 0 ? {} : { perSample }),
    seconds: (performance.now() - started) / 1000,
    peakMemoryMB: process.resourceUsage().maxRSS / 1024,
  });
  const written = writeReport(out, report);
  return { report, files: [beforeAfter, chart, ...written, negative] };
}

async function judgeLearned(plan: Plan, file: string, input: DemoInput, { device, emit, signal }: DemoOptions) {
  const { learner } = await openLearner(judged(plan), { device, signal });
  const { generator } = learner;
  const { guidance } = plan.sampler;
  try {
    const learned = (await loadNegative(generator, { kind: "embedding", file })).embedding;
    const prompts = readPrompts(embedded.prompts.heldOut).slice(0, PROMPTS);
    const evaluation = await evaluate(learner, {
      prompts,
      seeds: SEEDS,
      negatives: {
        null: await encodeText(generator, ""),
        handcrafted: await encodeText(generator, HANDCRAFTED),
        learned,
      },
      guidance,
      onProgress: progressReporter("evaluating on prompts never trained on", emit),
    });
    const some = prompts.slice(0, input.perSample);
    const perSample = await personalizeSome(judged(plan), learned, some, { device, emit, signal });
    return { evaluation, perSample };
  } finally {
    await generator.sessions.release();
  }
}

/** One embedding for each prompt, for its own two pictures. */
async function personalizeSome(
  plan: Plan,
  global: Float32Array,
  prompts: readonly string[],
  { device, emit, signal }: DemoOptions,
) {
  if (prompts.length === 0) return [];
  const pairs = { ...plan, batch: SEEDS.length, microBatch: SEEDS.length };
  const { learner } = await openLearner(pairs, { device, signal });
  const report = progressReporter("an embedding for each prompt", emit);
  try {
    const rows = [];
    for (const [i, prompt] of prompts.entries()) {
      const { start, best } = await personalize(learner, plan, prompt, global, SEEDS);
      rows.push({ prompt, global: start.reward, perSample: best.reward });
      await report(i + 1, prompts.length);
    }
    return rows;
  } finally {
    await learner.generator.sessions.release();
  }
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

/** The same plan with finished pictures; the gradient, where there is one, is taken as near to the end as while learning. */
function judged(plan: Plan): Plan {
  const { steps, lastSteps } = plan.sampler;
  const scale = SAMPLING_STEPS / steps;
  return { ...plan, sampler: { ...plan.sampler, steps: SAMPLING_STEPS, lastSteps: Math.round(lastSteps * scale) } };
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
