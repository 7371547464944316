// The demo: learns a negative embedding on the embedded pipeline and shows what it is worth on prompts it never saw.

import { existsSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import { CONDITIONS, type EvaluationReport } from "../common/evaluation-report.ts";
import type { DemoInput, DemoResult } from "../common/learning.ts";
import { type Program, leadOf } from "../common/program/program.ts";
import { sink } from "../common/program/sink.ts";
import type { RunEvent } from "../common/run-events.ts";
import { drawCompared, requestsOf, scoreCompared } from "../evaluation/compare-images.ts";
import { comparisonSheet } from "../evaluation/comparison-sheet.ts";
import { learningOf, openConditions } from "../evaluation/comparisons.ts";
import { summarise } from "../evaluation/evaluation-report.ts";
import { withHeldOut } from "../evaluation/held-out.ts";
import { openRunViews } from "../evaluation/open-run-views.ts";
import { writeReport } from "../evaluation/write-report.ts";
import { learnedValues } from "../learning/learned-values.ts";
import { refinePrompts } from "../learning/per-sample.ts";
import { hasProgram } from "../learning/program-file.ts";
import { readMetrics } from "../learning/run-metrics.ts";
import { trainWith } from "../learning/train.ts";
import { embedded } from "../models/embedded.ts";
import { drawContactSheet } from "../pictures/contact-sheet.ts";
import { drawLineChart } from "../pictures/line-chart.ts";
import { writePng } from "../pictures/picture.ts";
import { imageFacts } from "../sampling/image-facts.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { openRun } from "../sampling/open-run.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { readPromptFile } from "../texts/prompt-file.ts";
import { copyFileAtomically, makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";
import { type DemoProgram, demoProgram, SAMPLING_STEPS } from "./demo-program.ts";
import { parseRecipe, programOfRecipe } from "./recipe-program.ts";

const RECIPE = fileURLToPath(new URL("../../resources/recipes/emoji.json", import.meta.url));
/** What people write by hand, and what the embedded pipeline has seen in captions. */
const HANDCRAFTED = "blurry, noisy, washed out, low quality";
/** One image of each held-out prompt: many prompts tell more than many images of few. */
const SEEDS = [0];
/** The name of the reward that is not maximized. */
const HELD_OUT = basename(embedded.rewards.heldOut);
/** Rows of the contact sheet. */
const SHOWN = 8;

export interface DemoOptions {
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Files in `out`: before-after.png, reward.svg, report.md, report.json, negative.safetensors, and the run in learning/. */
export async function runDemo(input: DemoInput, options: DemoOptions): Promise<DemoResult> {
  const { emit, device } = options;
  const started = performance.now();
  const out = resolve(input.out);
  const folder = join(out, "learning");
  makeFolder(out);
  clearRun(folder);
  const prompts = readPromptFile(embedded.prompts.heldOut).prompts;
  const demo = demoProgram(emojiProgram(input.seed), prompts, HANDCRAFTED);
  const { learning } = learningOf(demo.program, demo.conditions.learned.image);
  await emit({ type: "note", message: `learning from ${learning?.prompts} prompts, ${learning?.steps} steps` });
  const run = await openRun(demo.program, options);
  try {
    const outcome = await trainWith(run, { ...options, folder, resume: false, openViews: openRunViews });
    if (outcome.stopped) refuseStopped(folder);
    const negative = join(out, "negative.safetensors");
    copyFileAtomically(outcome.embedding, negative);
    const learned = learnedValues(outcome.state);
    const compared = await compare(run, demo, learned, prompts, emit);
    const perSample = await refineSome(run, demo, learned, prompts.slice(0, input.perSample), folder, emit);
    const beforeAfter = join(out, "before-after.png");
    await writePng(beforeAfter, await drawContactSheet(comparisonSheet(compared, HANDCRAFTED, SHOWN)));
    const chart = join(out, "reward.svg");
    writeFileAtomically(chart, drawLineChart(rewardChart(folder)));
    const report: EvaluationReport = summarise({
      scores: withHeldOut(compared.scores),
      settings: settings(demo, input, device),
      ...perSample,
      seconds: (performance.now() - started) / 1000,
      peakMemoryMB: process.resourceUsage().maxRSS / 1024,
    });
    return { report, files: [beforeAfter, chart, ...writeReport(out, report), negative] };
  } finally {
    await run.sessions.release();
  }
}

function emojiProgram(seed: number): Program {
  const recipe = { ...parseRecipe(readJson(RECIPE), RECIPE), seed };
  return programOfRecipe(recipe, dirname(RECIPE), RECIPE, () => {}).program;
}

async function compare(
  run: ProgramRun,
  { conditions }: DemoProgram,
  parameters: ParameterValues,
  prompts: readonly string[],
  emit: DemoOptions["emit"],
) {
  const opened = openConditions(run, conditions);
  const images = await drawCompared(opened, requestsOf(prompts, SEEDS), {
    parameters,
    observer: {},
    onProgress: progressReporter("evaluating", emit, { unit: "images of prompts never trained on" }),
  });
  return scoreCompared(opened, images, {
    parameters,
    withHeldOut: true,
    onScored: progressReporter("scoring", emit, { unit: `images under ${CONDITIONS.length} negatives` }),
  });
}

/** One embedding for each prompt, for its own images: finished ones, with the gradient as near to the end as while learning. */
async function refineSome(
  run: ProgramRun,
  { program, finished }: DemoProgram,
  learned: ParameterValues,
  prompts: readonly string[],
  folder: string,
  emit: DemoOptions["emit"],
): Promise<Pick<EvaluationReport, "perSample">> {
  if (prompts.length === 0) return {};
  const { name, update } = leadOf(program);
  const usual = sink.parse({ kind: "per-sample", update: name, prompts: "prompts" });
  if (usual.kind !== "per-sample") throw new Error("a sink changed its kind");
  const part = { ...usual, prompts, update: { ...update, objective: finished } };
  const report = await refinePrompts(run, part, learned, { folder: join(folder, "per-sample"), emit });
  return { perSample: report.prompts };
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

function settings(
  { program, conditions }: DemoProgram,
  { out, perSample, seed }: DemoInput,
  device: DeviceName,
): EvaluationReport["settings"] {
  const more = [...(perSample > 0 ? [`--per-sample ${perSample}`] : []), `--out ${out}`];
  const { guidance, scheduler, pipeline } = imageFacts(program, conditions.learned.image);
  return {
    command: `reneg demo --seed ${seed} --device ${device} ${more.join(" ")}`,
    pipeline,
    rewards: { train: basename(embedded.rewards.preference), heldOut: HELD_OUT },
    handcrafted: HANDCRAFTED,
    steps: SAMPLING_STEPS,
    guidance,
    scheduler,
    device,
    ...learningOf(program, conditions.learned.image),
  };
}

/** What an earlier version kept of a run. */
const EARLIER = "plan.json";

/** The demo starts anew each time; it removes only what an earlier demo left. */
function clearRun(run: string): void {
  if (!existsSync(run)) return;
  if (hasProgram(run) || existsSync(join(run, EARLIER))) return rmSync(run, { recursive: true });
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
