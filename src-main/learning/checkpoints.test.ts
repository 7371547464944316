import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { floatTensor } from "../common/tensor.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { listCheckpoints, readNewestCheckpoint, writeCheckpoint } from "./checkpoints.ts";
import { initialParameter, type LearningState } from "./learning-state.ts";

let run: string;
beforeEach(() => (run = mkdtempSync(join(tmpdir(), "reneg-checkpoints-"))));
afterEach(() => rmSync(run, { recursive: true }));

function stateAt(step: number, value = step / 7): LearningState {
  const context = floatTensor([1, 2, 3], new Float32Array(6).fill(value));
  const other = initialParameter({ down: floatTensor([2], [step, 1]), up: floatTensor([1], [value]) }, false);
  const optimizer = { down: { moment1: floatTensor([2], [1, 2]) }, up: { moment1: floatTensor([1], [3]) } };
  const parameters = {
    "negative.of": initialParameter({ context }, true),
    lora: { ...other, optimizer, best: other.start },
  };
  const stopping = { optimizer: { evaluations: [{ step: 0, scores: [0.25, step] }], isStopped: step > 1 } };
  return { step, parameters, stopping };
}

function write(step: number, keep = 5): ReturnType<typeof writeCheckpoint> {
  return writeCheckpoint(run, stateAt(step), keep);
}

function fileOf(step: number): string {
  return join(run, "checkpoints", `step-00000${step}.safetensors`);
}

test("what was written is read again", () => {
  write(1);
  write(2);
  expect(readNewestCheckpoint(run)).toEqual({ state: stateAt(2), skipped: [] });
});

test("a single flipped bit anywhere in the numbers is noticed, and the one before is taken", () => {
  write(1);
  write(2);
  const whole = readFileSync(fileOf(2));
  const bits = [whole.length - 1, whole.length - 30, whole.length - 60].flatMap((at) =>
    [0, 7].map((bit) => ({ at, bit })),
  );
  for (const { at, bit } of bits) {
    const broken = Buffer.from(whole);
    broken[at] = (broken[at] ?? 0) ^ (1 << bit);
    writeFileSync(fileOf(2), broken);
    const { state, skipped } = readNewestCheckpoint(run);
    expect(state.step, `bit ${bit} of byte ${at}`).toBe(1);
    expect(skipped).toMatchObject([{ severity: "warning", code: "checkpoint-damaged", at: { file: fileOf(2) } }]);
  }
});

test("a checkpoint that was cut off is passed over, and with no other it is refused by name", () => {
  write(1);
  truncateSync(fileOf(1), readFileSync(fileOf(1)).length - 5);
  expect(() => readNewestCheckpoint(run)).toThrow(Refusal);
  write(2);
  expect(readNewestCheckpoint(run).state.step).toBe(2);
});

test("numbers that are not finite are not learned from", () => {
  write(1);
  writeCheckpoint(run, stateAt(2, NaN), 5);
  expect(readNewestCheckpoint(run)).toMatchObject({ state: { step: 1 }, skipped: [{ code: "checkpoint-damaged" }] });
});

test("a checkpoint of an earlier version names neither its parameter nor a checksum, and is read as that of the one there was", () => {
  const numbers = (value: number) => floatTensor([2, 3], new Float32Array(6).fill(value));
  const memory = floatTensor([6], [1, 2, 3, 4, 5, 6]);
  const stored = { negative: numbers(2), start: numbers(1), average: numbers(3), "optimizer.moment1": memory };
  mkdirSync(join(run, "checkpoints"));
  writeSafetensors(fileOf(1), stored, { step: "1" });
  const context = (value: number) => ({ context: floatTensor([1, 2, 3], numbers(value).data) });
  expect(readNewestCheckpoint(run, "negative").state).toEqual({
    step: 1,
    parameters: {
      negative: {
        value: context(2),
        start: context(1),
        average: context(3),
        optimizer: { context: { moment1: memory } },
        best: null,
      },
    },
    stopping: {},
  });
  expect(() => readNewestCheckpoint(run)).toThrow(Refusal);
});

test("an old checkpoint that cannot be deleted is a warning", () => {
  mkdirSync(join(fileOf(1), "in the way"), { recursive: true });
  expect(write(2, 1)).toMatchObject([{ severity: "warning", code: "file-not-writable", at: { file: fileOf(1) } }]);
  expect(listCheckpoints(run)).toHaveLength(2);
});
