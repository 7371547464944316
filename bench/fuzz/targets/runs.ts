// What the studio keeps: folders of runs and of applications, and the small files beside them.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { drawingRecipe } from "../../../src-main/common/drawing-recipe.ts";
import { floatTensor } from "../../../src-main/common/tensor.ts";
import { checkRun } from "../../../src-main/engine/check-run.ts";
import { programOfRecipe } from "../../../src-main/engine/recipe-program.ts";
import { readNewestCheckpoint, writeCheckpoint } from "../../../src-main/learning/checkpoints.ts";
import { initialParameter } from "../../../src-main/learning/learning-state.ts";
import { readMetrics } from "../../../src-main/learning/run-metrics.ts";
import { readPrepared } from "../../../src-main/sampling/application/applied-folder.ts";
import { openSessionStore } from "../../../src-main/server/session-store.ts";
import { listApplied, readAppliedRun } from "../../../src-main/studio/applied-runs.ts";
import { recentDocuments } from "../../../src-main/studio/documents.ts";
import { type Home, openHome } from "../../../src-main/studio/home.ts";
import { openJobTable } from "../../../src-main/studio/job-table.ts";
import { chosenFiles, knownModels } from "../../../src-main/studio/models.ts";
import { openQueueSetting } from "../../../src-main/studio/queue-setting.ts";
import { readLog } from "../../../src-main/studio/run-log.ts";
import { openRunNumbers } from "../../../src-main/studio/run-numbers.ts";
import { listRuns, readRun } from "../../../src-main/studio/runs.ts";
import { joinFiles } from "../joined-files.ts";
import type { Target } from "../target.ts";
import { repositoryFile, writtenIn } from "./seeds.ts";

const RUN = "run-1";
const LINE = { at: "2026-01-01T00:00:00.000Z", from: "engine", tone: "info", text: "loaded" };
const point = (step: number) => ({
  ...{ step, reward: 0.5, rewardDeviation: 0.1, heldOut: { "held-out": 0.4 }, gradientNorm: 1, learningRate: 0.01 },
  ...{ seconds: 1, memoryMB: 500 },
});
const lines = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

const MEANS = { null: 0.1, handcrafted: 0.2, learned: 0.3 };
const SHARES = { vsNull: 0.6, vsHandcrafted: 0.5 };
const INTERVAL = { mean: 0.1, low: 0, high: 0.2 };
const REPORT = {
  ...{ format: "reneg-evaluation", formatVersion: 1, prompts: ["a hen"], seeds: [0], seconds: 1, peakMemoryMB: 100 },
  ...{ rewards: { train: MEANS, heldOut: MEANS }, winRate: SHARES, heldOutWinRate: SHARES },
  intervals: {
    ...{ trainVsNull: INTERVAL, trainVsHandcrafted: INTERVAL },
    ...{ heldOutVsNull: INTERVAL, heldOutVsHandcrafted: INTERVAL },
  },
  settings: {
    ...{ command: "reneg", pipeline: "emoji", rewards: { train: "a", heldOut: "b" }, handcrafted: "blurry" },
    ...{ steps: 4, guidance: 7, scheduler: "ddim", device: "cpu" },
  },
  scores: [{ condition: "null", prompt: "a hen", seed: 0, train: 0.1, heldOut: 0.2 }],
};
const PER_SAMPLE = {
  ...{ format: "reneg-per-sample", formatVersion: 1 },
  prompts: [{ prompt: "a hen", global: 0.1, perSample: 0.2, steps: 3, file: "1.safetensors" }],
};
const COMPARISON = {
  ...{ format: "reneg-comparison", formatVersion: 1, handwritten: "blurry" },
  images: [{ condition: "null", prompt: "a hen", seed: 0, train: 0.1, heldOut: null, file: "1.png" }],
};

export const runs: Target = {
  form: "files",
  name: `home/runs/${RUN}`,
  seeds() {
    const asked = drawingRecipe.parse({
      prompts: ["a hen"],
      steps: 3,
      previews: { every: 1 },
      evaluations: [{ prompts: ["a hen"] }],
      perSample: [{ prompts: ["a hen"] }],
    });
    const { program } = programOfRecipe(asked, "/", "recipe.json", () => {});
    const start = { context: floatTensor([1, 2, 2], [1, 2, 3, 4]) };
    const checkpoint = writtenIn("checkpoints/step-000002.safetensors", (run) => {
      writeCheckpoint(run, { step: 2, parameters: { negative: initialParameter(start, true) }, stopping: {} }, 1);
    });
    return [
      joinFiles({ "plan.json": JSON.stringify(asked), "metrics.jsonl": lines(point(1)) }),
      joinFiles({
        "program.json": JSON.stringify(program),
        "metrics.jsonl": lines(point(1), point(2)),
        "studio.json": JSON.stringify({ name: "Hen", createdAt: LINE.at, tags: ["a"], workflowName: "learn" }),
        "log.jsonl": lines(LINE, LINE),
        "workflow.reneg.json": repositoryFile("resources/workflows/learn-emoji.reneg.json"),
        "checkpoints/step-000002.safetensors": checkpoint,
        "previews/step-1.png": repositoryFile("resources/emoji/controlnet/example.png"),
        "previews/rewards.jsonl": lines({ name: "", step: 1, rewards: [0.5] }),
        "evaluation/report.json": JSON.stringify(REPORT),
        "evaluation/comparison.json": JSON.stringify(COMPARISON),
        "per-sample/report.json": JSON.stringify(PER_SAMPLE),
        "applied/result.json": JSON.stringify(RESULT),
      }),
    ];
  },
  open(folder) {
    const home = openHome(join(folder, "home"));
    return async (path) => {
      listRuns(home, []);
      readLog(path);
      readMetrics(path);
      await ignoreRefusal(() => readRun(home, RUN, []));
      await ignoreRefusal(() => readNewestCheckpoint(path));
      return checkRun(path, false);
    };
  },
};

const SETTINGS = {
  ...{
    frames: 1,
    fps: 8,
    size: { width: 64, height: 64 },
    steps: 4,
    guidance: 7,
    scheduler: "ddim",
    eta: 0,
    rescale: 1,
  },
  ...{ sharedNoise: 0, toldFps: null, betas: { schedule: "linear", start: 0.001, end: 0.01 } },
};
const RESULT = {
  ...{ formatVersion: 1, model: "emoji", prompt: "a hen", seed: 0, draws: "pictures", settings: SETTINGS },
  ...{ columns: [{ column: "learned", negative: null }], parameters: "a", recipe: "{}", device: "cpu" },
  ...{ seconds: 1, memory: 1 },
};

export const applications: Target = {
  form: "files",
  name: `home/runs/${RUN}`,
  seeds() {
    const request = {
      ...{ embedding: "embedding.safetensors", to: "emoji:controlnet", base: "emoji", prompt: "a hen" },
      controls: [{ picture: "control-1.png" }],
    };
    const plan = {
      request,
      model: "emoji",
      draws: "pictures",
      settings: SETTINGS,
      steps: 4,
      embedding: "/a.safetensors",
    };
    return [
      joinFiles({
        "applied.json": JSON.stringify(plan),
        "studio.json": JSON.stringify({ name: "Hen", createdAt: LINE.at }),
        "applied/result.json": JSON.stringify(RESULT),
      }),
    ];
  },
  open(folder) {
    const home = openHome(join(folder, "home"));
    return async (path) => {
      listApplied(home, []);
      listRuns(home, []);
      await ignoreRefusal(() => readAppliedRun(home, RUN, []));
      return readPrepared(path);
    };
  },
};

export const homes: Target = {
  form: "files",
  name: "home",
  seeds() {
    const job = {
      ...{ run: RUN, kind: "learn", name: "Hen", state: "running", device: "auto", createdAt: LINE.at, beganAt: null },
      ...{ runningSince: null, workedSeconds: 0, workflowPath: null, step: 0, total: 3, secondsPerStep: null },
      ...{ secondsLeft: null, phase: null, loading: null, reward: null, diagnostics: [] },
    };
    return [
      joinFiles({
        "jobs.json": JSON.stringify([job]),
        "models.json": JSON.stringify({ recent: ["/a"], folders: ["/b"], chosen: ["/c"] }),
        "queue.json": JSON.stringify({ address: "redis://:a@b:1", token: "" }),
        "recent.json": JSON.stringify([{ path: "/a.reneg.json", name: "a" }]),
        "run-numbers.json": JSON.stringify({ last: 1, runs: [{ run: RUN, number: 1 }] }),
        "sessions.json": JSON.stringify([{ cookie: "a", key: "b", usedAt: 1 }]),
        [`runs/${RUN}/program.json`]: "{}",
        [`runs/${RUN}/studio.json`]: JSON.stringify({ name: "Hen", createdAt: LINE.at }),
      }),
    ];
  },
  open(folder) {
    return (path) => {
      const home = homeIn(folder, path);
      openJobTable(home, () => {});
      knownModels(home);
      chosenFiles(home);
      recentDocuments(home);
      openQueueSetting(home, {}).place();
      openSessionStore(path, true).knowsCookie("a");
    };
  },
};

/** As it stands in the input: opening a home empties folders and takes its lock. */
function homeIn(folder: string, path: string): Home {
  const at = (name: string): string => join(path, name);
  mkdirSync(at("runs"), { recursive: true });
  return {
    ...{ folder, runs: at("runs"), runNumbers: openRunNumbers(at("run-numbers.json"), at("runs")) },
    ...{ workflows: at("workflows"), drafts: at("drafts"), bin: at("bin"), uploads: at("uploads") },
    ...{
      imports: at("imports"),
      exports: at("exports"),
      ratings: at("ratings"),
      jobsFile: at("jobs.json"),
      modelsFile: at("models.json"),
    },
    ...{ recentFile: at("recent.json"), preferencesFile: at("preferences.json") },
    ...{ queueFile: at("queue.json"), leave: () => {} },
  };
}

async function ignoreRefusal(task: () => unknown): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
