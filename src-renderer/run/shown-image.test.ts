import { expect, test } from "vitest";
import { evaluationGrid, imageAt, movePlace, previewGrid, printImageReward } from "./shown-image.ts";

const preview = (step: number, rewards: number[]) => ({
  name: "",
  step,
  url: `step-${step}.png`,
  prompts: ["a red apple", "rocket"],
  seed: 7,
  rewards,
  gap: 4,
});
const grid = previewGrid([preview(0, [0.5, 0.6]), preview(20, [0.7, 0.55])]);

test("previews are rows by step and columns by prompt, each image with the seed and the reward of its own", () => {
  expect(grid.map((row) => row.map(({ label }) => label))).toEqual([
    ["a red apple, at step 0", "rocket, at step 0"],
    ["a red apple, at step 20", "rocket, at step 20"],
  ]);
  expect(imageAt(grid, { row: 1, column: 1 })).toMatchObject({
    index: 1,
    count: 2,
    seed: 8,
    reward: 0.55,
    fileName: "rocket-step-20",
  });
});

test("one goes to neighbours, and not beyond the last", () => {
  expect(movePlace(grid, { row: 0, column: 0 }, 1, 0)).toEqual({ row: 1, column: 0 });
  expect(movePlace(grid, { row: 0, column: 1 }, 0, 1)).toBeNull();
  expect(movePlace(grid, { row: 0, column: 0 }, -1, 0)).toBeNull();
});

test("a reward is told beside that of the start, and not where it is unknown", () => {
  const [start, later] = [imageAt(grid, { row: 0, column: 1 }), imageAt(grid, { row: 1, column: 1 })];
  if (start === undefined || later === undefined) throw new Error("the grid lacks an image");
  expect(printImageReward(start, start)).toBe("0.600");
  expect(printImageReward(later, start)).toBe("0.550 (−0.050)");
  expect(printImageReward({ ...later, reward: null }, start)).toBe("");
});

test("an evaluation's rows are prompts and seeds, its columns negatives", () => {
  const image = (condition: "null" | "learned", seed: number) => ({
    condition,
    prompt: "pizza",
    seed,
    train: 0.5,
    heldOut: null,
    url: `${condition}-${seed}.png`,
  });
  const rows = evaluationGrid([image("null", 0), image("null", 1), image("learned", 0), image("learned", 1)]);
  expect(rows.map((row) => row.map(({ at, seed }) => `${at} ${seed}`))).toEqual([
    ["no negative 0", "learned 0"],
    ["no negative 1", "learned 1"],
  ]);
  expect(rows[0]?.[1]?.fileName).toBe("pizza-seed-0-learned");
});
