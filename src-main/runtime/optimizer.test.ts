import { describe, expect, test } from "vitest";
import { optimizerName } from "../common/program/update.ts";
import { floatTensor } from "../common/tensor.ts";
import { optimizerStep, type OptimizerState } from "./optimizer.ts";

const gradients = [0.5, -0.25, 1, 0.125, -2, 0.75].map((n) => floatTensor([1, 2], [n, n / 3 + 0.1]));

async function walk(name: Parameters<typeof optimizerStep>[0], steps: typeof gradients): Promise<number[][]> {
  let state: OptimizerState | null = null;
  const directions: number[][] = [];
  for (const gradient of steps) {
    const step = await optimizerStep(name, gradient, state);
    state = step.state;
    directions.push([...step.direction]);
  }
  return directions;
}

describe("every optimizer goes downhill from its first step", () => {
  for (const name of optimizerName.options) {
    test(name, async () => {
      const [first] = await walk(name, gradients);
      expect(first?.map(Math.sign)).toEqual([-1, -1]);
    });
  }
});

// Differences between steps of torch.optim with lr 1 and otherwise its defaults, torch 2.13.
const ADAM_BY_PYTORCH = [
  [-1.0, -1.0],
  [-0.266337, -0.715193],
  [-0.658112, -0.833854],
  [-0.598977, -0.81391],
  [0.220245, -0.069698],
  [0.019059, -0.269863],
];
const ADAMAX_BY_PYTORCH = [
  [-1.0, -1.0],
  [-0.210737, -0.507086],
  [-0.435424, -0.565711],
  [-0.345504, -0.496773],
  [0.113758, -0.042638],
  [0.009457, -0.165522],
];

test("adamw follows PyTorch's Adam over six steps", async () => {
  for (const [i, direction] of (await walk("adamw", gradients)).entries()) {
    for (const [j, n] of direction.entries()) expect(n).toBeCloseTo(ADAM_BY_PYTORCH[i]?.[j] ?? NaN, 4);
  }
});

test("adamax follows PyTorch's Adamax over six steps", async () => {
  for (const [i, direction] of (await walk("adamax", gradients)).entries()) {
    for (const [j, n] of direction.entries()) expect(n).toBeCloseTo(ADAMAX_BY_PYTORCH[i]?.[j] ?? NaN, 4);
  }
});
