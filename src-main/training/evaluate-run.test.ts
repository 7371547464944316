import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluationReport } from "../common/evaluation-report.ts";
import type { RecipeInput } from "../common/recipe.ts";
import { readPicture } from "./picture.ts";
import { makePlan, parseRecipe } from "./plan.ts";
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
  expect(readdirSync(join(folder, "evaluation-grid"))).toEqual(["before-after.png"]);
  expect(readdirSync(join(folder, "evaluation-table")).toSorted()).toEqual([
    "before-after.png",
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
