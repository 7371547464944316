import { expect, test } from "vitest";
import { createAlarm } from "./alarm.ts";

test("a state is told once it has lasted, once, and anew when it comes again", () => {
  let now = 0;
  const alarm = createAlarm(5, () => now);
  const at = (time: number, isSo: boolean): boolean => {
    now = time;
    return alarm(isSo);
  };
  expect([at(0, true), at(5, true), at(6, true), at(60, true)]).toEqual([false, false, true, false]);
  expect([at(61, false), at(62, true), at(67, true), at(68, true)]).toEqual([false, false, false, true]);
});

test("a state that comes and goes is not told, however often", () => {
  let now = 0;
  const alarm = createAlarm(5, () => now);
  for (; now < 100; now += 1) expect(alarm(now % 4 !== 0)).toBe(false);
});
