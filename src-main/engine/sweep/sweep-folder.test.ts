import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SweepValue, SweptRun } from "../../common/sweep.ts";
import { floatTensor } from "../../common/tensor.ts";
import { listCheckpoints, writeCheckpoint } from "../../learning/checkpoints.ts";
import { initialParameter } from "../../learning/learning-state.ts";
import { packCheckpoint, unpackCheckpoint } from "../pieces/run-checkpoint.ts";
import { beginSweep, keepRun, keptOfRun, writeRun, writeTable } from "./sweep-folder.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-sweep-folder-"));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => mkdtempSync(join(root, `${(count += 1)}-`));

const seeds = (...values: readonly number[]): SweepValue[][] =>
  values.map((value) => [{ node: "optimizer", param: "seed", value }]);
const finished = (files: Readonly<Record<string, string>>) => ({
  reward: null,
  heldOut: {},
  evaluated: [],
  seconds: 1,
  files: new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
});

test("runs are numbered so that their folders sort as the runs do", () => {
  const named = (runs: number): string[] =>
    beginSweep(newFolder(), seeds(...Array.from({ length: runs }, (_, i) => i))).map(({ name }) => name);
  expect(named(3)).toEqual(["01", "02", "03"]);
  const thousand = named(1000);
  expect([thousand[0], thousand.at(-1)]).toEqual(["0001", "1000"]);
  expect(thousand.toSorted()).toEqual(thousand);
});

test("a sweep that was begun goes on: what is done stays, what failed or waited is begun anew", () => {
  const folder = newFolder();
  const runs = beginSweep(folder, seeds(1, 2, 3));
  const failure = { severity: "error" as const, code: "bad", at: {}, message: "it is bad" };
  const changes: readonly Partial<SweptRun>[] = [
    { state: "done", seconds: 7, worker: "one" },
    { state: "failed", diagnostics: [failure] },
    {},
  ];
  writeTable(
    folder,
    "small",
    runs.map((run, i) => ({ ...run, ...changes[i] })),
  );
  const [done, failed, waiting] = beginSweep(folder, seeds(1, 2, 3));
  expect(done).toEqual({ ...runs[0], state: "done", seconds: 7, worker: "one" });
  expect([failed, waiting]).toEqual(runs.slice(1));
});

test("another sweep in the folder is refused, and so is a table that cannot be read", () => {
  const folder = newFolder();
  writeTable(folder, "small", beginSweep(folder, seeds(1, 2)));
  for (const other of [seeds(1), seeds(2, 1), seeds(1, 2, 3)])
    expect(() => beginSweep(folder, other)).toThrow(/another sweep is kept in this folder[\s\S]*--out FOLDER/);
  for (const damaged of ["{", "{}", '{"format": "reneg-sweep", "formatVersion": 1, "of": "x", "runs": [{}]}']) {
    writeFileSync(join(folder, "sweep.json"), damaged);
    expect(() => beginSweep(folder, seeds(1, 2))).toThrow(/sweep\.json[\s\S]*choose another folder/);
  }
});

test("a run's files lie where they were, and its program is written last", () => {
  const folder = join(newFolder(), "01");
  writeRun(folder, finished({ "metrics.jsonl": "{}\n", "evaluation/report.json": "[]" }), '{"calls": {}}');
  expect(readdirSync(folder).toSorted()).toEqual(["evaluation", "metrics.jsonl", "program.json"]);
  expect(readFileSync(join(folder, "evaluation", "report.json"), "utf8")).toBe("[]");
  // A folder with a program counts as a run: one that breaks off in the middle has none.
  const broken = join(newFolder(), "01");
  expect(() => writeRun(broken, finished({ a: "first", "a/b": "there is no such folder" }), "{}")).toThrow(/a/);
  expect(existsSync(join(broken, "program.json"))).toBe(false);
});

/** As a worker hands it over. */
function checkpointAt(step: number) {
  const run = newFolder();
  const start = initialParameter({ context: floatTensor([1, 1], Float32Array.of(step)) }, false);
  writeCheckpoint(run, { step, parameters: { negative: start }, stopping: {} }, 1);
  writeFileSync(join(run, "metrics.jsonl"), `up to ${step}`);
  return unpackCheckpoint(packCheckpoint(run, { step, images: false }) ?? Buffer.of());
}

test("of what is handed over the last is kept, and gone on from until the run is done or its program is another one", () => {
  const folder = join(newFolder(), "01");
  expect(keptOfRun(folder, "one", false)).toBeNull();
  for (const step of [1, 2]) keepRun(folder, checkpointAt(step), "one");
  expect(listCheckpoints(folder)).toEqual(["step-000002.safetensors"]);
  expect(readFileSync(join(folder, "program.json"), "utf8")).toBe("one");
  expect(unpackCheckpoint(keptOfRun(folder, "one", false) ?? Buffer.of())).toEqual(checkpointAt(2));

  expect(keptOfRun(folder, "other", false)).toBeNull();
  keepRun(folder, checkpointAt(1), "other");
  expect(listCheckpoints(folder)).toEqual(["step-000001.safetensors"]);
  expect(keptOfRun(folder, "one", false)).toBeNull();

  writeRun(folder, finished({}), "other");
  expect(keptOfRun(folder, "other", false)).toBeNull();
});
