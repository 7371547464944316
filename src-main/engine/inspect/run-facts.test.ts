import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drawingRecipe } from "../../common/drawing-recipe.ts";
import { inspected } from "../testing/inspected.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a run tells how far it came, even if its last line was cut short", () => {
  const run = join(folder, "run");
  mkdirSync(run);
  const recipe = drawingRecipe.parse({ prompts: ["a"], steps: 50 });
  const plan = { ...recipe, rewards: [{ path: "/r", weight: 1 }], heldOut: [] };
  writeFileSync(join(run, "plan.json"), JSON.stringify(plan));
  writeFileSync(join(run, "metrics.jsonl"), '{"step":1,"reward":0.25}\n{"step":2,"reward":0.5}\n{"step":3,"rew');
  expect(inspected(run)).toMatchObject({
    kind: "run",
    problems: [],
    facts: { done: "2 of 50 steps", reward: "0.375 ± 0.125 (mean of 2 steps)", embeddings: "none yet" },
  });
});

test("a run names the files of what it has learned, whatever their format", () => {
  const recipe = drawingRecipe.parse({ prompts: ["a"], rewards: [{ path: "/r" }], heldOut: [] });
  writeFileSync(join(folder, "plan.json"), JSON.stringify(recipe));
  for (const name of ["lora.safetensors", "word.pt", "notes.txt"]) writeFileSync(join(folder, name), "");
  expect(inspected(folder).facts).toMatchObject({ embeddings: "lora.safetensors, word.pt" });
});
