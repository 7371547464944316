import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRewardFixture, writeReward } from "../../bench/parity/check-reward.ts";
import { openReward } from "../models/reward/open-reward.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { scoreAll } from "./evaluate.ts";
import { type Judge, openJudge } from "./judge.ts";

const picture = { height: 8, width: 12 };
const pictures = [1, 2, 3].map((seed) => ({
  ...picture,
  data: Uint8Array.from({ length: 3 * picture.height * picture.width }, (_, i) => (i * 37 * seed) % 256),
}));
const prompts = ["red apple", "a cat", "red apple"];

let folder = "";
let sessions = new StageSessions("cpu");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "judge-"));
  sessions = new StageSessions("cpu");
});
afterEach(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});

function open(name: string): Judge {
  const found = readRewardFixture().rewards.find((reward) => reward.name === name);
  if (found === undefined) throw new Error(`no reward ${name} in the fixture`);
  return openJudge(openReward(writeReward(found, join(folder, name))), sessions, 2, picture);
}

const scored = (...judges: Parameters<typeof scoreAll>[0]) => scoreAll(judges, pictures, prompts);

test("a prompt is encoded once", async () => {
  const judge = open("reward-hps-torch");
  await scored({ judge, weight: 1 });
  expect(judge.texts.texts()).toEqual(["a cat", "red apple"]);
});

test("a reward that only looks at the picture encodes no prompt", async () => {
  const judge = open("reward-aesthetic");
  await scored({ judge, weight: 1 });
  expect(judge.texts.texts()).toEqual([]);
  expect(judge.text).toBeNull();
});

test("several rewards are added up by their weights", async () => {
  const [first, second] = [open("reward-hps-torch"), open("reward-aesthetic")];
  const [a, b] = [await scored({ judge: first, weight: 1 }), await scored({ judge: second, weight: 1 })];
  const sums = await scored({ judge: first, weight: 5 }, { judge: second, weight: -2 });
  for (const [i, sum] of sums.entries()) expect(sum).toBeCloseTo(5 * (a[i] ?? NaN) - 2 * (b[i] ?? NaN), 5);
});
