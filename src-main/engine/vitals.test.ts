import { expect, test } from "vitest";
import type { EngineVitals } from "../common/engine-vitals.ts";
import { createEngineProcess } from "./engine-process.ts";
import { readUsed } from "./gpu-memory.ts";
import { echoContract } from "./testing/echo-contract.ts";

test("an engine that is followed tells its processor time and memory while a blocking call runs", async () => {
  const heard: EngineVitals[] = [];
  const program = new URL("./testing/echo-engine.ts", import.meta.url).pathname;
  const engine = createEngineProcess(echoContract, program, { onVitals: (vitals) => heard.push(vitals) });
  await engine.api.block({ seconds: 4 });
  await engine.close();
  expect(heard.length).toBeGreaterThanOrEqual(1);
  expect(
    Math.max(...heard.map(({ cores }) => cores)),
    "a loop that waits for nothing, on however busy a machine",
  ).toBeGreaterThan(0.05);
  for (const { memoryMB } of heard) expect(memoryMB).toBeGreaterThan(10);
});

test("GPU memory is that of all GPUs of the process, and not known where the driver does not list it", () => {
  expect(readUsed("4711, 1024\n4712, 300\n4711, 26\n", 4711)).toBe(1050);
  expect(readUsed("4712, 300\n", 4711)).toBeNull();
  expect(readUsed("4711, [N/A]\n", 4711)).toBeNull();
});
