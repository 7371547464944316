// Rewards that are learned from a few pairs or ratings, saved, and opened again.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HELD_BACK_FILE, heldBackRecord } from "../common/held-back.ts";
import { type Call, type Program, program, PROGRAM_FORMAT } from "../common/program/program.ts";
import { updateSettings } from "../common/program/update.ts";
import { openReward } from "../models/reward/open-reward.ts";
import { writePng, type Picture } from "../pictures/picture.ts";
import { programFunctions } from "../program/functions/index.ts";
import { openProgram } from "../program/open-program.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { IMAGE, scoreProgram } from "../sampling/image-program.ts";
import { openHost } from "../sampling/open-host.ts";
import { openRun } from "../sampling/open-run.ts";
import { openImageScorer, scoreImages } from "../sampling/score-images.ts";
import { freezeProgram } from "./freeze-program.ts";
import { train } from "./train.ts";

const BASE = "emoji:rewards/held-out";
const folder = mkdtempSync(join(tmpdir(), "learn-reward-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Red is better, of two sizes: images are made of one. */
const COUNT = 12;
const side = (i: number): number => (i % 2 === 0 ? 48 : 70);

beforeAll(async () => {
  const rows: string[] = [];
  const ratings: string[] = [];
  for (let i = 0; i < COUNT; i++) {
    const shade = 100 + 10 * i;
    await writePng(join(folder, `${i}-red.png`), plain(side(i), [shade, 30, 30]));
    await writePng(join(folder, `${i}-blue.png`), plain(side(i), [30, 30, shade]));
    rows.push(JSON.stringify({ prompt: "a square", better: `${i}-red.png`, worse: `${i}-blue.png` }));
    ratings.push(`${i}-red.png,7`, `${i}-blue.png,3`);
  }
  writeFileSync(join(folder, "pairs.jsonl"), rows.join("\n"));
  writeFileSync(join(folder, "ratings.csv"), ["image,rating", ...ratings].join("\n"));
});

function plain(size: number, colour: readonly [number, number, number]): Picture {
  return {
    width: size,
    height: size,
    data: Uint8Array.from({ length: 3 * size * size }, (_, i) => colour[i % 3] ?? 0),
  };
}

type CallInput = Pick<Call, "fn"> & Partial<Call>;

function pairsProgram(reward: CallInput, settings: object): Program {
  const sides = (pairs: string, prefix: string): Record<string, CallInput> =>
    Object.fromEntries(
      ["better", "worse"].flatMap((which) => [
        [`${prefix}${which}Image`, { fn: "pair image", inputs: { pairs, reward: "reward" }, settings: { which } }],
        [`${prefix}${which}`, { fn: "score by reward", inputs: { image: `${prefix}${which}Image`, reward: "reward" } }],
      ]),
    );
  const of = { source: folder, share: 0.25, seed: 1 };
  return programOf(
    {
      pairs: { fn: "preference pairs", settings: of },
      heldBack: { fn: "preference pairs", settings: { ...of, part: "held back" } },
      reward,
      ...sides("pairs", ""),
      ...sides("heldBack", "held."),
      loss: { fn: "preference loss", inputs: { pairs: "pairs", better: "better", worse: "worse" } },
      accuracy: {
        fn: "preference accuracy",
        inputs: { pairs: "heldBack", better: "held.better", worse: "held.worse" },
      },
    },
    { objective: "loss", heldOut: ["accuracy"], settings },
  );
}

function programOf(
  calls: Readonly<Record<string, CallInput>>,
  { objective, heldOut = [], settings }: { objective: string; heldOut?: string[]; settings: object },
): Program {
  return program.parse({
    format: PROGRAM_FORMAT,
    formatVersion: 1,
    calls,
    updates: { optimizer: { objective, heldOut, parameters: ["reward"], settings: updateSettings.parse(settings) } },
    sinks: { save: { kind: "save", parameter: "reward", file: "reward.safetensors" } },
  });
}

async function learn(given: Program, name: string) {
  const run = join(folder, name);
  mkdirSync(run);
  const { metrics, heldBack } = await train(freezeProgram(given, folder), {
    folder: run,
    resume: false,
    device: "cpu",
    emit: async () => {},
    signal: new AbortController().signal,
  });
  return { metrics, heldBack, run, file: join(run, "reward.safetensors") };
}

/** Of a plain image, by the reward in a file. */
async function scoreOf(file: string, colour: readonly [number, number, number]): Promise<number> {
  const sessions = new StageSessions("cpu");
  try {
    const scored = scoreProgram({ score: { path: file } }, "a square", { width: 60, height: 60 });
    const scorer = openImageScorer(await openRun(scored, { device: "cpu", sessions }), "score", 1);
    const given = new Map([[IMAGE, [plain(60, colour)]]]);
    const [value = NaN] = await scoreImages(scorer, given, [{ prompt: "a square", seed: 0 }], {
      parameters: new Map(),
    });
    return value;
  } finally {
    await sessions.release();
  }
}

const RED = [180, 30, 30] as const;
const BLUE = [30, 30, 180] as const;
const SETTINGS = { steps: 12, batch: 4, microBatch: 4, learningRate: 0.02 };

describe.each([
  ["a linear head", { fn: "reward head", settings: { id: "r", path: BASE } }, "trained-head"],
  [
    "a head of two layers over image and prompt",
    { fn: "reward head", settings: { id: "r", path: BASE, features: "image and prompt", hidden: 8 } },
    "trained-head",
  ],
  ["a head in LAION's layout", { fn: "reward head", settings: { id: "r", path: BASE, format: "laion" } }, "aesthetic"],
  ["a LoRA in the image tower", { fn: "reward lora", settings: { id: "r", path: BASE } }, "reward-lora"],
  [
    "a LoRA in both towers",
    { fn: "reward lora", settings: { id: "r", path: BASE, towers: "image and prompt" } },
    "reward-lora",
  ],
])("%s", (name, reward, kind) => {
  test("learns what is preferred, tells it of pairs that are held back, and is opened as a reward again", async () => {
    const { metrics, heldBack, run, file } = await learn(pairsProgram(reward, SETTINGS), kind + name.length);
    const [first, last] = [metrics[0], metrics.at(-1)];
    expect(last?.reward).toBeGreaterThan((first?.reward ?? 0) + 0.02);
    expect(last?.heldOut["held-back accuracy"]).toBe(1);
    // A quarter of 12 pairs, all of them: Wilson's interval of 3 of 3.
    const accuracy = { score: "held-back accuracy", isShare: true, of: "pair", examples: 3, heldBack: 3 };
    const value = { mean: 1, low: expect.closeTo(0.4385, 4) as number, high: expect.closeTo(1, 9) as number };
    expect(heldBack).toEqual([{ optimizer: "optimizer", ...accuracy, value }]);
    const kept = heldBackRecord.parse(JSON.parse(readFileSync(join(run, HELD_BACK_FILE), "utf8")));
    expect(kept).toEqual({ step: SETTINGS.steps, results: heldBack });
    expect(openReward(file).kind).toBe(kind);
    expect(await scoreOf(file, RED)).toBeGreaterThan((await scoreOf(file, BLUE)) + 0.01);
  });
});

test("a head learns ratings", async () => {
  const of = { source: folder };
  const given = programOf(
    {
      images: { fn: "rated images", settings: { ...of, share: 0.25 } },
      heldBack: { fn: "rated images", settings: { ...of, share: 0.25, part: "held back" } },
      reward: { fn: "reward head", settings: { id: "r", path: BASE, bias: 5 } },
      image: { fn: "rated image", inputs: { images: "images", reward: "reward" } },
      score: { fn: "score by reward", inputs: { image: "image", reward: "reward" } },
      loss: { fn: "rating loss", inputs: { images: "images", score: "score" } },
      heldImage: { fn: "rated image", inputs: { images: "heldBack", reward: "reward" } },
      heldScore: { fn: "score by reward", inputs: { image: "heldImage", reward: "reward" } },
      error: { fn: "rating loss", inputs: { images: "heldBack", score: "heldScore" } },
    },
    { objective: "loss", heldOut: ["error"], settings: { ...SETTINGS, steps: 60, learningRate: 0.2, weightDecay: 0 } },
  );
  const { metrics, heldBack, file } = await learn(given, "ratings");
  expect(metrics[0]?.reward).toBeCloseTo(-4, 5);
  expect(metrics.at(-1)?.reward).toBeGreaterThan(-0.2);
  expect(heldBack).toMatchObject([{ isShare: false, of: "rated image", examples: 6, heldBack: 6 }]);
  const { mean = NaN, low = NaN, high = NaN } = heldBack[0]?.value ?? {};
  expect(mean).toBeGreaterThan(-0.5);
  expect(low).toBeLessThan(mean);
  expect(high).toBeGreaterThan(mean);
  expect(await scoreOf(file, RED)).toBeGreaterThan(6);
  expect(await scoreOf(file, BLUE)).toBeLessThan(4);
});

test("a run that goes on after more was rated is refused, at the node of the table", async () => {
  const table = join(folder, "more");
  mkdirSync(table);
  for (const [i, colour] of [RED, BLUE, RED, BLUE].entries())
    await writePng(join(table, `${i}.png`), plain(48, colour));
  const pair = JSON.stringify({ prompt: "a square", better: "0.png", worse: "1.png" });
  const other = JSON.stringify({ prompt: "a square", better: "2.png", worse: "3.png" });
  writeFileSync(join(table, "pairs.jsonl"), `${pair}\n`);
  const given = pairsProgram({ fn: "reward head", settings: { id: "r", path: BASE } }, SETTINGS);
  const calls = {
    pairs: { fn: "preference pairs", inputs: {}, settings: { source: table, share: 0 }, nodes: ["mine"] },
  };
  const frozen = freezeProgram({ ...given, calls: { ...given.calls, ...calls } }, folder);
  const open = () => openProgram(frozen, programFunctions, openHost(new StageSessions("cpu"))).open("pairs", "pairs");
  expect(open().places).toEqual([0]);
  writeFileSync(join(table, "pairs.jsonl"), `${pair}\n${other}\n`);
  const at: unknown = expect.objectContaining({ node: "mine", param: "source" });
  const fault: unknown = expect.objectContaining({ code: "examples-changed", at });
  expect(open).toThrow(expect.objectContaining({ diagnostics: [fault] }));
});
