import { expect, test } from "vitest";
import type { StageTimes } from "../common/stage-times.ts";
import { createStageClock, type TimedStage } from "./stage-clock.ts";

const unet: TimedStage = { name: "unet", network: "unet", work: "sampling" };
const reward: TimedStage = { name: "reward", network: "reward", work: "reward" };

/** A clock in a time of its own, which passes only while something is measured. */
function clockAt() {
  let time = 0;
  const told: StageTimes[] = [];
  const clock = createStageClock(
    "cpu",
    async (times) => void told.push(times),
    () => time,
  );
  const pass = (stage: TimedStage, ms: number, kind: "pass" | "load" = "pass") =>
    clock.measure(stage, kind, async () => void (time += ms));
  return { told, pass, clock };
}

test("passes and loads of each stage add up apart", async () => {
  const { told, pass, clock } = clockAt();
  await pass(unet, 2000, "load");
  await pass(unet, 10);
  await pass(unet, 30);
  await pass(reward, 5);
  await clock.end();
  expect(told.at(-1)).toEqual({
    device: "cpu",
    current: null,
    stages: [
      { ...unet, beside: [], passes: 2, seconds: 0.04, loads: 1, loadSeconds: 2 },
      { ...reward, beside: [], passes: 1, seconds: 0.005, loads: 0, loadSeconds: 0 },
    ],
  });
});

test("what takes long is told before it begins, and short passes only now and then", async () => {
  const { told, pass } = clockAt();
  await pass(unet, 1000);
  await pass(unet, 1000);
  expect(told.map(({ current }) => current)).toEqual(["unet", "unet"]);
  told.length = 0;
  await pass(reward, 1);
  for (let i = 0; i < 100; i++) await pass(reward, 1);
  expect(told.length).toBeLessThan(3);
});

test("the time of a pass that fails is not counted, and its fault is handed on", async () => {
  const { told, clock } = clockAt();
  await expect(clock.measure(unet, "pass", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await clock.end();
  expect(told.at(-1)?.stages).toMatchObject([{ passes: 0, seconds: 0 }]);
});
