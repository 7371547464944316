import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparisonRecord } from "../common/comparison-record.ts";
import { evaluationReport } from "../common/evaluation-report.ts";
import { previewRewards } from "../common/preview-files.ts";
import type { RecipeInput } from "../common/recipe.ts";
import { readPicture, readPictureText } from "../pictures/picture.ts";
import { scoreAll } from "./evaluate.ts";
import { openLearner } from "./open-learner.ts";
import { makePlan, parseRecipe, readPlan } from "./plan.ts";
import { readMetrics } from "./run-metrics.ts";
import { train } from "./train.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "evaluate-run-"));
  const recipe: RecipeInput = {
    prompts: ["rocket", "pizza"],
    heldOut: ["emoji:rewards/held-out", { path: "emoji:rewards/held-out", antialias: false }],
    steps: 2,
    batch: 1,
    microBatch: 1,
    sampler: { steps: 3, lastSteps: 1 },
    saveAs: "my negative.safetensors",
    previews: [
      { name: "a", every: 1, prompts: ["rocket"] },
      { name: "b", every: 2, prompts: ["rocket"], sampler: { scheduler: "euler", steps: 2, guidance: 3 } },
      { name: "c", every: 1, prompts: ["rocket"], negative: { kind: "text", text: "blurry" } },
    ],
    evaluations: [
      { name: "grid", prompts: ["rocket"], show: "pictures" },
      { name: "table", prompts: ["pizza"], count: 2, seed: 4, handwritten: "noisy" },
    ],
  };
  await train(makePlan(parseRecipe(recipe, "recipe.json"), folder), {
    run: folder,
    resume: false,
    device: "cpu",
    emit: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function pixels(name: string): Promise<number[]> {
  const picture = await readPicture(join(folder, "previews", `${name}.png`));
  return [...picture.data];
}

test("each preview keeps its own rhythm, and one whose negative stays the same is drawn once", () => {
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

test("what was learned is saved under the name that was asked for", () => {
  expect(existsSync(join(folder, "my negative.safetensors"))).toBe(true);
});

test("an evaluation shows pictures, and a report where scores are asked for", () => {
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
  const report = evaluationReport.parse(
    JSON.parse(readFileSync(join(folder, "evaluation-table", "report.json"), "utf8")),
  );
  expect(report).toMatchObject({ prompts: ["pizza"], seeds: [4, 5], settings: { handcrafted: "noisy" } });
  expect(report.scores).toHaveLength(6);
});

test("each held-out reward is told by its name, in every step and in the report", () => {
  const [line] = readMetrics(folder);
  expect(Object.keys(line?.heldOut ?? {})).toEqual(["held-out", "held-out (2)"]);
  const report = evaluationReport.parse(
    JSON.parse(readFileSync(join(folder, "evaluation-table", "report.json"), "utf8")),
  );
  expect(report.settings.rewards.heldOut).toBe("held-out");
  expect(report.others?.map(({ name }) => name)).toEqual(["held-out (2)"]);
  // Without antialiasing the same pictures score otherwise.
  expect(report.others?.[0]?.rewards.null).not.toBeCloseTo(report.rewards.heldOut.null, 4);
});

test("scores without a held-out reward are refused before anything runs", () => {
  const recipe = { prompts: ["rocket"], heldOut: [], evaluations: [{ prompts: ["pizza"] }] };
  expect(() => makePlan(parseRecipe(recipe, "recipe.json"), folder)).toThrow(/only judge/);
});

test("each image of an evaluation lies in a file of its own, with its prompt, how it was made, and what it scored", async () => {
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
  const report = evaluationReport.parse(
    JSON.parse(readFileSync(join(folder, "evaluation-table", "report.json"), "utf8")),
  );
  expect(record.images.map(({ train, heldOut }) => [train, heldOut])).toEqual(
    report.scores.map(({ train, heldOut }) => [train, heldOut]),
  );
  const file = join(folder, "evaluation-table", "images", "001-seed4-handwritten.png");
  expect(readPictureText(file)).toMatchObject({
    Title: "pizza",
    parameters: expect.stringMatching(
      /^pizza\nNegative prompt: noisy\nSteps: 3, Sampler: ddim, .*Seed: 4, Model: emoji$/,
    ),
  });
});

test("a preview's images are judged by the run's own reward as `reneg score` judges them", async () => {
  const [first] = readFileSync(join(folder, "previews", "rewards.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => previewRewards.parse(JSON.parse(line)));
  expect(first).toMatchObject({ name: "a", step: 0, rewards: [expect.any(Number)] });
  const { learner } = await openLearner(readPlan(folder), { device: "cpu" });
  const picture = await readPicture(join(folder, "previews", "a-step-000000.png"));
  const [score] = await scoreAll(learner.objectives, [picture], ["rocket"]);
  await learner.generator.sessions.release();
  expect(first?.rewards[0]).toBeCloseTo(score ?? NaN, 5);
});

test("an evaluation that is stopped keeps what was learned and drawn, and goes on with the images that are missing", async () => {
  const run = join(folder, "stopped");
  const recipe: RecipeInput = {
    prompts: ["rocket"],
    steps: 1,
    batch: 1,
    microBatch: 1,
    sampler: { steps: 2, lastSteps: 1 },
    previews: { every: 0 },
    evaluations: [{ prompts: ["pizza", "rocket"] }],
  };
  const learn = async (resume: boolean, stopAt: number) => {
    const drawn: number[] = [];
    const phases = new Set<string>();
    const abort = new AbortController();
    const outcome = await train(makePlan(parseRecipe(recipe, "recipe.json"), folder), {
      run,
      resume,
      device: "cpu",
      signal: abort.signal,
      async emit(event) {
        if (event.type === "loading" && event.what !== null) phases.add(`loading ${event.what}`);
        if (event.type !== "progress") return;
        phases.add(`${event.phase} ${event.unit}`);
        if (event.phase !== "evaluating") return;
        drawn.push(event.done);
        if (event.done >= stopAt) abort.abort();
      },
    });
    return { outcome, drawn, phases };
  };
  const stopped = await learn(false, 3);
  expect(stopped.outcome).toMatchObject({ stopped: true, reports: [] });
  expect(existsSync(stopped.outcome.embedding)).toBe(true);
  const kept = readdirSync(join(run, "evaluation", "images"));
  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(kept.length).toBeLessThan(6);

  const resumed = await learn(true, Infinity);
  expect(resumed.outcome).toMatchObject({ stopped: false, reports: [{ prompts: ["pizza", "rocket"] }] });
  expect(resumed.drawn[0], "goes on from the images that are there").toBeGreaterThan(kept.length);
  expect(resumed.drawn.at(-1)).toBe(6);
  expect([...stopped.phases]).toEqual(
    expect.arrayContaining(["loading pipeline and rewards", "loading unet", "loading unet backwards"]),
  );
  expect([...resumed.phases]).toEqual(
    expect.arrayContaining(["evaluating images", "scoring images", "writing reports"]),
  );
});
