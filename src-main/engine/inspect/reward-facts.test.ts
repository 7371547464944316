import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRewardFixture, writeReward } from "../../../bench/parity/check-reward.ts";
import { inspectPath } from "../inspect.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reward-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string): string {
  const found = readRewardFixture().rewards.find((reward) => reward.name === name);
  if (found === undefined) throw new Error(`no reward ${name} in the fixture`);
  return writeReward(found, folder);
}

test.each([
  ["reward-clip", "CLIP reward"],
  ["reward-pickscore", "PickScore"],
  ["reward-hps-torch", "HPSv2"],
  ["reward-open-clip", "CLIP reward (OpenCLIP)"],
  ["reward-aesthetic", "LAION aesthetic predictor"],
  ["reward-image-reward", "ImageReward"],
])("%s is known as %s, and sound", (name, title) => {
  const { kind, title: told, facts, problems } = inspectPath(write(name));
  expect({ kind, told, problems }).toEqual({ kind: "reward", told: title, problems: [] });
  expect(facts.map((fact) => fact.name)).toContain("resizing");
});

test("a reward that lacks a file keeps its name and says what to do", () => {
  const path = write("reward-image-reward");
  rmSync(join(path, "vocab.txt"));
  const { title, problems } = inspectPath(path);
  expect(title).toBe("ImageReward");
  expect(problems.map(({ code, help }) => [code, help?.includes("bert-base-uncased")])).toEqual([
    ["tokenizer-file", true],
  ]);
});

test("a folder of two rewards is a reward that cannot be chosen from", () => {
  const path = write("reward-hps-torch");
  copyFileSync(path, join(folder, "HPS_v2_compressed.pt"));
  const { kind, problems } = inspectPath(folder);
  expect([kind, ...problems.map(({ code }) => code)]).toEqual(["reward", "reward-several"]);
});

test("and so is a folder of two kinds of rewards", () => {
  write("reward-hps-torch");
  const image = write("reward-image-reward-torch");
  const { kind, problems } = inspectPath(folder);
  expect([kind, ...problems.map(({ message }) => message)]).toEqual([
    "reward",
    "the folder holds several rewards: HPS_v2.1_tiny.pt, ImageReward.pt",
  ]);
  expect(inspectPath(image).problems).toEqual([]);
});

test("a weight file of another kind is no reward", () => {
  writeFileSync(join(folder, "notes.pt"), "just a text");
  expect(inspectPath(join(folder, "notes.pt")).kind).not.toBe("reward");
});
