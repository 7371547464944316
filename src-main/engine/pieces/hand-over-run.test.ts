import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { PieceEvent } from "../../common/queue/piece-task.ts";
import { handOverRun } from "./hand-over-run.ts";

test("a run is handed over after its last step and when it is given up, however short it was, and else when it is time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hand-over-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "checkpoints"));
  for (const step of [1, 2, 3, 4]) writeFileSync(join(folder, "checkpoints", `step-00000${step}.safetensors`), "state");
  const told: PieceEvent[] = [];
  const emit = async (event: PieceEvent): Promise<void> => void told.push(event);
  const abort = new AbortController();
  const keeper = handOverRun(folder, { images: false, emit, signal: abort.signal });
  await keeper.hear(1, false);
  await keeper.hear(2, true);
  abort.abort();
  await keeper.hear(3, false);
  const eager = handOverRun(folder, { images: false, emit, signal: new AbortController().signal, everyMs: 0 });
  await eager.hear(4, false);
  expect(told.map((event) => (event.type === "checkpoint" ? event.step : event.type))).toEqual([2, 3, 4]);
});
