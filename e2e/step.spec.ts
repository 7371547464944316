// One step of training as tensors, from whatever says what is trained.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { reneg } from "./command-line.ts";
import { readShapes } from "./safetensors.ts";

const RECIPE = {
  prompts: ["a red apple", "rocket", "pizza"],
  steps: 2,
  batch: 2,
  microBatch: 1,
  sampler: { steps: 4, lastSteps: 2 },
  previews: { every: 0 },
};

const printed = z.looseObject({ step: z.int(), prompts: z.array(z.string()) });

function writeRecipe(): string {
  const file = test.info().outputPath("recipe.json");
  writeFileSync(file, JSON.stringify(RECIPE));
  return file;
}

test("a step of a recipe and of its run are the same, to the bit, and neither is changed by it", async () => {
  const recipe = writeRecipe();
  const trained = await reneg("train", recipe, "--out", "run", "--device", "cpu");
  expect(trained.code, trained.stderr).toBe(0);
  const before = readdirSync(test.info().outputPath("run"), { recursive: true });
  for (const [source, name] of [
    [recipe, "recipe"],
    ["run", "folder"],
    [join("run", "program.json"), "program"],
  ] as const) {
    const output = `${name}.safetensors`;
    const { code, stdout, stderr } = await reneg(
      ...["step", source, "--step", "1", "--output", output, "--device", "cpu", "--json"],
    );
    expect(code, stderr).toBe(0);
    const { step, prompts } = printed.parse(JSON.parse(stdout));
    expect(step).toBe(1);
    expect(prompts).toHaveLength(RECIPE.batch);
  }
  expect(readdirSync(test.info().outputPath("run"), { recursive: true })).toEqual(before);
  expect(readShapes(test.info().outputPath("recipe.safetensors"))).toMatchObject({
    "noise.sampler": [2, 4, 16, 16],
    "index.sampler": [1],
    "image.decoder": [2, 3, 64, 64],
    "score.reward": [2],
    "objective.optimizer": [2],
    "parameter.negative": [1, 77, 128],
    "gradient.negative": [1, 77, 128],
  });
  const bytes = (name: string): string =>
    readFileSync(test.info().outputPath(`${name}.safetensors`)).toString("base64");
  expect(bytes("folder")).toBe(bytes("recipe"));
  expect(bytes("program")).toBe(bytes("recipe"));
});

test("a step that a run does not have is refused with those that it has, and a number that is none is wrong use", async () => {
  const recipe = writeRecipe();
  const beyond = await reneg("step", recipe, "--step", "2", "--output", "none.safetensors", "--device", "cpu");
  expect(beyond.code).toBe(1);
  expect(beyond.stderr).toContain("choose one from 0 to 1");
  const wrong = await reneg("step", recipe, "--step", "-1", "--output", "none.safetensors");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("counted by whole numbers from 0");
});
