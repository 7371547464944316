import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparisonRecord } from "../common/comparison-record.ts";
import { evaluationReport } from "../common/evaluation-report.ts";
import { PREVIEW_IMAGES_TEXT, previewRewards } from "../common/preview-files.ts";
import type { Program } from "../common/program/program.ts";
import type { RunEvent } from "../common/run-events.ts";
import { freezeProgram } from "../learning/freeze-program.ts";
import { readMetrics } from "../learning/run-metrics.ts";
import { train } from "../learning/train.ts";
import { readPicture, readPictureText } from "../pictures/picture.ts";
import { IMAGE, scoreProgram } from "../sampling/image-program.ts";
import { openRun } from "../sampling/open-run.ts";
import { openImageScorer, scoreImages } from "../sampling/score-images.ts";
import { openRunViews } from "./open-run-views.ts";
import { emojiWithViews } from "./testing/emoji-views.ts";

interface Options {
  readonly resume?: boolean;
  readonly onEvent?: (event: RunEvent, stop: () => void) => void;
}

function learn(program: Program, run: string, { resume = false, onEvent }: Options = {}) {
  const controller = new AbortController();
  return train(freezeProgram(program, run), {
    folder: run,
    resume,
    device: "cpu",
    openViews: openRunViews,
    emit: async (event) => onEvent?.(event, () => controller.abort()),
    signal: controller.signal,
  });
}

const SHORT = { steps: 2, batch: 1, microBatch: 1 };
const SAMPLER = { steps: 3, gradient: { kind: "foreseen", last: 1, count: 1 } };

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "run-views-"));
  await learn(emojiWithViews({ settings: SHORT, sampler: SAMPLER }), folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function pixels(name: string): Promise<number[]> {
  const picture = await readPicture(join(folder, "previews", `${name}.png`));
  return [...picture.data];
}

function readReport(name: string) {
  return evaluationReport.parse(JSON.parse(readFileSync(join(folder, name, "report.json"), "utf8")));
}

test("each preview keeps its own rhythm, and one that depends on nothing learned is drawn once", () => {
  expect(readdirSync(join(folder, "previews")).toSorted()).toEqual([
    "a-step-000000.png",
    "a-step-000001.png",
    "a-step-000002.png",
    "b-step-000000.png",
    "b-step-000002.png",
    "c-step-000000.png",
    "rewards.jsonl",
  ]);
});

test("previews differ by their sampler and by their negative, and follow what is learned", async () => {
  const start = await pixels("a-step-000000");
  expect(await pixels("b-step-000000")).not.toEqual(start);
  expect(await pixels("c-step-000000")).not.toEqual(start);
  expect(await pixels("a-step-000002")).not.toEqual(start);
});

test("a preview tells how each of its images was made, by the image's own sampler and negative", () => {
  const made = (name: string): string =>
    JSON.parse(readPictureText(join(folder, "previews", `${name}.png`))[PREVIEW_IMAGES_TEXT] ?? "[]")[0].parameters;
  expect(made("a-step-000002")).toBe(
    "rocket\nNegative prompt: learned embedding\nSteps: 3, Sampler: ddim, CFG scale: 7.5, Seed: 0, Model: emoji",
  );
  expect(made("b-step-000002")).toMatch(/Steps: 2, Sampler: euler/);
  expect(made("c-step-000000")).toMatch(/Negative prompt: blurry\n/);
});

test("a comparison shows images, and a report where scores are asked for", () => {
  expect(readdirSync(join(folder, "evaluation-grid")).toSorted()).toEqual([
    "before-after.png",
    "comparison.json",
    "images",
  ]);
  expect(readdirSync(join(folder, "evaluation-table")).toSorted()).toEqual([
    "before-after.png",
    "comparison.json",
    "images",
    "report.json",
    "report.md",
  ]);
  const report = readReport("evaluation-table");
  expect(report).toMatchObject({
    prompts: ["pizza"],
    seeds: [4, 5],
    settings: { handcrafted: "noisy", pipeline: "emoji", steps: 3, learning: { prompts: 3, steps: 2, batch: 1 } },
  });
  expect(report.scores).toHaveLength(6);
});

test("each held-out reward is told by its name, in every step and in the report", () => {
  const [line] = readMetrics(folder);
  expect(Object.keys(line?.heldOut ?? {})).toEqual(["held-out", "held-out (2)"]);
  const report = readReport("evaluation-table");
  expect(report.settings.rewards).toEqual({ train: "preference", heldOut: "held-out" });
  expect(report.others?.map(({ name }) => name)).toEqual(["held-out (2)"]);
  // Without antialiasing the same images score otherwise.
  expect(report.others?.[0]?.rewards.null).not.toBeCloseTo(report.rewards.heldOut.null, 4);
});

test("each image of a comparison lies in a file of its own, with its prompt, how it was made, and what it scored", () => {
  const record = comparisonRecord.parse(
    JSON.parse(readFileSync(join(folder, "evaluation-table", "comparison.json"), "utf8")),
  );
  expect(record.images.map(({ condition, seed }) => `${condition} ${seed}`)).toEqual([
    "null 4",
    "null 5",
    "handcrafted 4",
    "handcrafted 5",
    "learned 4",
    "learned 5",
  ]);
  expect(record.images.map(({ train: climbed, heldOut }) => [climbed, heldOut])).toEqual(
    readReport("evaluation-table").scores.map(({ train: climbed, heldOut }) => [climbed, heldOut]),
  );
  const file = join(folder, "evaluation-table", "images", "001-seed4-handwritten.png");
  expect(readPictureText(file)).toMatchObject({
    Title: "pizza",
    parameters: expect.stringMatching(
      /^pizza\nNegative prompt: noisy\nSteps: 3, Sampler: ddim, .*Seed: 4, Model: emoji$/,
    ),
  });
});

test("a preview's images are scored by the run's own reward as `reneg score` scores the files", async () => {
  const [first] = readFileSync(join(folder, "previews", "rewards.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => previewRewards.parse(JSON.parse(line)));
  expect(first).toMatchObject({ name: "a", step: 0, rewards: [expect.any(Number)] });
  const picture = await readPicture(join(folder, "previews", "a-step-000000.png"));
  const program = scoreProgram({ score: { path: "emoji:rewards/preference" } }, "rocket", picture);
  const run = await openRun(program, { device: "cpu" });
  const given = new Map([[IMAGE, [picture]]]);
  const request = { prompt: "rocket", seed: 0 };
  const [score] = await scoreImages(openImageScorer(run, "score", 1), given, [request], { parameters: new Map() });
  await run.sessions.release();
  expect(first?.rewards[0]).toBeCloseTo(score ?? NaN, 5);
});

test("a comparison that is stopped keeps what was learned and drawn, and goes on with the images that are missing", async () => {
  const run = join(folder, "stopped");
  const program = emojiWithViews({
    settings: { ...SHORT, steps: 1 },
    sampler: { ...SAMPLER, steps: 2 },
    calls: { compared: { fn: "prompts", settings: { texts: ["pizza", "rocket"] } } },
  });
  const { table, save, checkpoints } = program.sinks;
  const only = { ...program, sinks: { save, checkpoints, table: { ...table, count: 1 } } } as Program;
  const attempt = async (resume: boolean, stopAt: number) => {
    const drawn: number[] = [];
    const phases = new Set<string>();
    const outcome = await learn(only, run, {
      resume,
      onEvent(event, stop) {
        if (event.type === "loading" && event.what !== null) phases.add(`loading ${event.what}`);
        if (event.type !== "progress") return;
        phases.add(`${event.phase} ${event.unit}`);
        if (event.phase !== "evaluating") return;
        drawn.push(event.done);
        if (event.done >= stopAt) stop();
      },
    });
    return { outcome, drawn, phases };
  };
  const stopped = await attempt(false, 3);
  expect(stopped.outcome).toMatchObject({ stopped: true, reports: [] });
  expect(existsSync(stopped.outcome.embedding)).toBe(true);
  const kept = readdirSync(join(run, "evaluation", "images"));
  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(kept.length).toBeLessThan(6);

  const resumed = await attempt(true, Infinity);
  expect(resumed.outcome).toMatchObject({ stopped: false, reports: [{ prompts: ["pizza", "rocket"] }] });
  expect(resumed.drawn[0], "goes on from the images that are there").toBeGreaterThan(kept.length);
  expect(resumed.drawn.at(-1)).toBe(6);
  expect([...stopped.phases]).toEqual(expect.arrayContaining(["loading pipeline and rewards", "loading unet"]));
  expect([...resumed.phases]).toEqual(
    expect.arrayContaining(["evaluating images", "scoring images", "writing reports"]),
  );
});
