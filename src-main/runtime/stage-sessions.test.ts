import { expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import { type Stage, StageSessions } from "./stage-sessions.ts";

/** y = factor·x; counts how often it is built. */
function scaling(factor: number): { readonly stage: Stage; readonly builds: () => number } {
  let builds = 0;
  const build = () => {
    builds++;
    const b = new GraphBuilder();
    b.output("y", b.scale(b.input("x", "float32", [2]), factor));
    return b.build();
  };
  return { stage: { name: `times ${factor}`, build }, builds: () => builds };
}

const x = floatTensor([2], [1, 2]);

test("sessions stay loaded while memory lasts", async () => {
  const sessions = new StageSessions("cpu", undefined, { budget: Infinity });
  const [double, triple] = [scaling(2), scaling(3)];
  for (const { stage } of [double, triple, double, triple]) await sessions.run(stage, { x });
  expect([double.builds(), triple.builds()]).toEqual([1, 1]);
  await sessions.release();
});

test("where memory is short, a session is released for the next and loaded again later, with the same results", async () => {
  const sessions = new StageSessions("cpu", undefined, { budget: 1 });
  const [double, triple] = [scaling(2), scaling(3)];
  expect(await sessions.run(double.stage, { x })).toEqual({ y: Float32Array.of(2, 4) });
  expect(await sessions.run(triple.stage, { x })).toEqual({ y: Float32Array.of(3, 6) });
  expect(await sessions.run(double.stage, { x })).toEqual({ y: Float32Array.of(2, 4) });
  expect([double.builds(), triple.builds()]).toEqual([2, 1]);
  await sessions.release();
});

test("a graph that was looked at is not made ready again to be loaded, and not kept once it is", async () => {
  const sessions = new StageSessions("cpu", undefined, { budget: Infinity });
  const graph = scaling(2).stage.build();
  const looked = sessions.prepare(graph);
  expect(sessions.prepare(graph)).toBe(looked);
  await sessions.run({ name: "times 2", build: () => graph }, { x });
  expect(sessions.prepare(graph)).not.toBe(looked);
  await sessions.release();
});

test("results stay on a device that can keep them, where no session is released before the end", () => {
  const keeps = (...given: ConstructorParameters<typeof StageSessions>): boolean =>
    new StageSessions(...given).keepsResults;
  expect(keeps("webgpu")).toBe(true);
  expect(keeps("webgpu-fp16")).toBe(true);
  expect(keeps("webgpu", undefined, { budget: 8e9 })).toBe(false);
  expect(keeps("cuda")).toBe(false);
  expect(keeps("cpu", undefined, { budget: Infinity })).toBe(false);
});
