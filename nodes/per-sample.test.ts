import { expect, test } from "vitest";
import { add, emoji, programOf, wire } from "./testing/emoji-workflow.ts";

test("single prompts get embeddings of their own as Per-Sample says", () => {
  const { sinks, calls } = programOf(
    emoji(
      add("own", "learning/per-sample", { first: 1, count: 3, steps: 5, patience: 2, seed: 9 }),
      wire("optimizer.embedding", "own.learned"),
      wire("preview-prompts.prompts", "own.prompts"),
    ),
  );
  expect(sinks["own"]).toEqual({
    kind: "per-sample",
    update: "optimizer",
    prompts: "own.prompts",
    count: 3,
    steps: 5,
    patience: 2,
    seed: 9,
  });
  expect(calls["own.prompts"]?.settings).toEqual({ texts: ["a red apple"] });
});
