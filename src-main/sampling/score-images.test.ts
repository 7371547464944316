import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRewardFixture, writeReward } from "../../bench/parity/check-reward.ts";
import { programFunctions } from "../program/functions/index.ts";
import type { StageClock } from "../runtime/stage-clock.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { IMAGE, scoreProgram } from "./image-program.ts";
import { openRun } from "./open-run.ts";
import { openImageScorer, scoreImages } from "./score-images.ts";

const picture = { height: 8, width: 12 };
const pictures = [1, 2, 3].map((seed) => ({
  ...picture,
  data: Uint8Array.from({ length: 3 * picture.height * picture.width }, (_, i) => (i * 37 * seed) % 256),
}));
const prompts = ["red apple", "a cat", "red apple"];

/** Stages in the order in which they ran. */
let passes: string[] = [];
const clock: StageClock = {
  measure(stage, kind, work) {
    if (kind === "pass") passes.push(stage.name);
    return work();
  },
  end: async () => {},
};

let folder = "";
let sessions = new StageSessions("cpu", undefined, { clock });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "score-images-"));
  sessions = new StageSessions("cpu", undefined, { clock });
  passes = [];
});
afterEach(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});

/** Scores by some rewards, each by its name, and by their sum with weights. */
async function scored(names: readonly string[], weights: readonly number[] = []) {
  const rewards = names.map((name) => {
    const found = readRewardFixture().rewards.find((reward) => reward.name === name);
    if (found === undefined) throw new Error(`no reward ${name} in the fixture`);
    return [name, { path: writeReward(found, join(folder, name)) }] as const;
  });
  const program = scoreProgram(Object.fromEntries(rewards), "", picture);
  const sum = { fn: "add scores", inputs: { scores: [...names] }, settings: { weights: [...weights] }, nodes: [] };
  const calls = weights.length === 0 ? program.calls : { ...program.calls, sum };
  const run = await openRun({ ...program, calls }, { device: "cpu", sessions, functions: programFunctions });
  const requests = prompts.map((prompt) => ({ prompt, seed: 0 }));
  const given = new Map([[IMAGE, pictures]]);
  const found: number[][] = [];
  for (const ref of [...names, ...(weights.length === 0 ? [] : ["sum"])]) {
    found.push(await scoreImages(openImageScorer(run, ref, 2), given, requests, { parameters: new Map() }));
  }
  return found;
}

function passesOf(work: string): number {
  return passes.filter((name) => name.endsWith(work)).length;
}

test("a prompt is encoded once", async () => {
  await scored(["reward-hps-torch"]);
  expect(passesOf(", text")).toBe(2);
});

test("a reward that only looks at the image encodes no prompt", async () => {
  await scored(["reward-aesthetic"]);
  expect(passesOf(", text")).toBe(0);
  // Three images in batches of two.
  expect(passes).toHaveLength(2);
});

test("several rewards are added up by their weights", async () => {
  const [a = [], b = [], sums = []] = await scored(["reward-hps-torch", "reward-aesthetic"], [5, -2]);
  expect(sums).toHaveLength(3);
  for (const [i, sum] of sums.entries()) expect(sum).toBeCloseTo(5 * (a[i] ?? NaN) - 2 * (b[i] ?? NaN), 5);
});
