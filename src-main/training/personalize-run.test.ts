import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { perSampleReport } from "../common/per-sample-report.ts";
import type { RecipeInput } from "../common/recipe.ts";
import type { RunEvent } from "../common/run-events.ts";
import { readPicture } from "../pictures/picture.ts";
import { readEmbeddingFile } from "./embedding-file.ts";
import { makePlan, parseRecipe } from "./plan.ts";
import { train } from "./train.ts";

let folder: string;
const events: RunEvent[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "personalize-run-"));
  const recipe: RecipeInput = {
    prompts: ["rocket", "pizza"],
    steps: 1,
    batch: 1,
    microBatch: 1,
    sampler: { steps: 3, lastSteps: 1 },
    optimizer: { learningRate: 0.02 },
    previews: { every: 0 },
    perSample: [{ prompts: ["a rocket", "¡pizza!"], count: 2, seed: 5, steps: 2 }],
  };
  await train(makePlan(parseRecipe(recipe, "recipe.json"), folder), {
    run: folder,
    resume: false,
    device: "cpu",
    emit: async (event) => void events.push(event),
    signal: new AbortController().signal,
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("each prompt gets a file of its own, which says what it was learned for and after how many steps", () => {
  const { prompts } = perSampleReport.parse(
    JSON.parse(readFileSync(join(folder, "per-sample", "report.json"), "utf8")),
  );
  expect(prompts).toMatchObject([
    { prompt: "a rocket", file: "01-a-rocket.safetensors" },
    { prompt: "¡pizza!", file: "02-pizza.safetensors" },
  ]);
  for (const { prompt, file, global, perSample, steps } of prompts) {
    expect(perSample).toBeGreaterThanOrEqual(global);
    expect(steps).toBeLessThanOrEqual(2);
    expect(readEmbeddingFile(join(folder, "per-sample", file))).toMatchObject({
      kind: "declared",
      metadata: { recipe: { prompts: [prompt] }, steps: 1 + steps },
    });
  }
});

test("both pictures of every prompt are shown side by side, and progress is told by the prompt", async () => {
  expect(existsSync(join(folder, "evaluation"))).toBe(false);
  expect((await readPicture(join(folder, "per-sample", "before-after.png"))).width).toBeGreaterThan(400);
  const done = events.flatMap((event) =>
    event.type === "progress" && event.unit === "single prompts" ? [event.done] : [],
  );
  expect(done).toEqual([0, 1, 2]);
});
