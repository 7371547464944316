import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { floatTensor } from "../../../src-main/common/tensor.ts";
import { GraphBuilder } from "../../../src-main/compiler/graph-builder.ts";
import type { Graph } from "../../../src-main/compiler/graph.ts";
import { MeasuredSessions } from "./measured-sessions.ts";

const SIDE = 64;

/** The sine of x to the fourth power: two products. */
function fourthPower(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [SIDE, SIDE]);
  const square = b.matmul(x, x);
  b.output("y", b.op("Sin", [b.matmul(square, square)], {}));
  return b.build();
}

test("operators are counted and timed over the passes since the last reset", async () => {
  const sessions = new MeasuredSessions("cpu", { profile: mkdtempSync(join(tmpdir(), "reneg-profile-")) });
  const stage = { name: "unet/both halves", build: fourthPower };
  const feeds = { x: floatTensor([SIDE, SIDE], new Float32Array(SIDE ** 2)) };
  await sessions.pass(stage, feeds);
  sessions.reset();
  for (let pass = 0; pass < 3; pass++) await sessions.pass(stage, feeds);
  await sessions.release();
  const times = sessions.operatorTimes() ?? [];
  const of = (name: string) => times.find(({ operator }) => operator === name);
  expect(of("MatMul")).toMatchObject({ count: 6, flops: 6 * 2 * SIDE ** 3 });
  expect(of("Sin")).toMatchObject({ count: 3, flops: 0 });
  expect(times.every(({ seconds }) => seconds > 0 && seconds < 10)).toBe(true);
});

test("a session that is released between two passes is counted as often as it ran", async () => {
  const sessions = new MeasuredSessions("cpu", { profile: mkdtempSync(join(tmpdir(), "reneg-profile-")) });
  const stage = { name: "unet", build: fourthPower };
  const feeds = { x: floatTensor([SIDE, SIDE], new Float32Array(SIDE ** 2)) };
  await sessions.pass(stage, feeds);
  await sessions.release();
  sessions.reset();
  await sessions.pass(stage, feeds);
  await sessions.release();
  await sessions.pass(stage, feeds);
  await sessions.pass(stage, feeds);
  await sessions.release();
  const matmul = sessions.operatorTimes()?.find(({ operator }) => operator === "MatMul");
  expect(matmul?.count).toBe(6);
});

test("without a folder nothing is written and nothing told", async () => {
  const sessions = new MeasuredSessions("cpu");
  expect(sessions.operatorTimes()).toBeUndefined();
});
