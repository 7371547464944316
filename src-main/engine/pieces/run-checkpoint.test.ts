import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import { listCheckpoints, writeCheckpoint } from "../../learning/checkpoints.ts";
import { initialParameter } from "../../learning/learning-state.ts";
import { pack } from "../../queue/pack.ts";
import { packCheckpoint, placeCheckpoint, unpackCheckpoint } from "./run-checkpoint.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-run-checkpoint-"));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => mkdtempSync(join(root, `${(count += 1)}-`));

const PREVIEW_BYTES = 100_000;

function runAt(...steps: readonly number[]): string {
  const run = newFolder();
  const start = initialParameter({ context: floatTensor([1, 2], Float32Array.of(1, 2)) }, false);
  for (const step of steps) writeCheckpoint(run, { step, parameters: { negative: start }, stopping: {} }, 5);
  mkdirSync(join(run, "previews"));
  const files = [
    "metrics.jsonl",
    "cuts.json",
    "early-stopping.json",
    "previews/rewards.jsonl",
    "log.jsonl",
    "notes.json",
  ];
  for (const name of files) writeFileSync(join(run, name), name);
  writeFileSync(join(run, "previews", "step-000001.png"), Buffer.alloc(PREVIEW_BYTES));
  return run;
}

const NEEDED = ["cuts.json", "metrics.jsonl", "early-stopping.json", "previews/rewards.jsonl"];
const namesOf = (bytes: Uint8Array | null): string[] =>
  bytes === null ? [] : [...unpackCheckpoint(bytes).files.keys()];

test("a run is handed over as all that it goes on with and nothing else, its state last", () => {
  const run = runAt(1, 2);
  expect(namesOf(packCheckpoint(run, { step: 2, images: false }))).toEqual([
    ...NEEDED,
    "checkpoints/step-000002.safetensors",
  ]);
  const whole = packCheckpoint(run, { step: 2, images: true });
  expect(namesOf(whole)).toEqual(["previews/step-000001.png", ...NEEDED, "checkpoints/step-000002.safetensors"]);
  const other = runAt(1);
  placeCheckpoint(other, unpackCheckpoint(whole ?? Buffer.of()));
  expect(listCheckpoints(other)).toEqual(["step-000002.safetensors"]);
  const state = (folder: string) => readFileSync(join(folder, "checkpoints", "step-000002.safetensors"));
  expect(state(other)).toEqual(state(run));
  expect(readdirSync(join(other, "previews")).toSorted()).toEqual(["rewards.jsonl", "step-000001.png"]);
});

test("previews for which there is no room are left out, and a state for which there is none is not handed over", () => {
  const run = runAt(1);
  const largest = PREVIEW_BYTES;
  expect(namesOf(packCheckpoint(run, { step: 1, images: true, largest }))).toEqual([
    ...NEEDED,
    "checkpoints/step-000001.safetensors",
  ]);
  expect(packCheckpoint(run, { step: 1, images: true, largest: 100 })).toBeNull();
});

test.each([
  ["a file that lies elsewhere", ["../metrics.jsonl", "checkpoints/step-000001.safetensors"], /lies elsewhere/],
  ["no state", ["metrics.jsonl"], /without its state/],
  ["another program", ["program.json", "checkpoints/step-000001.safetensors"], /no run goes on: program.json/],
  ["the state of another step", ["checkpoints/step-000002.safetensors"], /without its state/],
])("what holds %s is not taken", (_what, names, message) => {
  const parts = new Map(names.map((name) => [name, Buffer.of()] as const));
  expect(() => unpackCheckpoint(pack({ json: { step: 1 }, parts }))).toThrow(message);
});
