import { expect, test } from "vitest";
import { add, emoji, recipeOf, wire } from "./testing/emoji-workflow.ts";

test("single prompts get embeddings of their own as Per-Sample says", () => {
  const workflow = emoji(
    add("own", "learning/per-sample", { first: 1, count: 3, steps: 5, patience: 2, seed: 9 }),
    wire("optimizer.embedding", "own.learned"),
    wire("preview-prompts.prompts", "own.prompts"),
  );
  expect(recipeOf(workflow).perSample).toEqual([
    { prompts: ["a red apple"], count: 3, steps: 5, patience: 2, seed: 9 },
  ]);
});
