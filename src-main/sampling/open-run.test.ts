import { expect, onTestFinished, test } from "vitest";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { openRun } from "./open-run.ts";

const LONG = `${"apple ".repeat(75)}blue car`;

async function chunksFor(perSample: readonly string[]): Promise<number | undefined> {
  const program = emojiProgram({
    reading: { longPrompts: "chunks" },
    calls: { single: { fn: "prompts", settings: { texts: [...perSample] } } },
    sinks: { "per-sample": { kind: "per-sample", update: "optimizer", prompts: "single" } },
  });
  const run = await openRun(program, { device: "cpu" });
  onTestFinished(() => run.sessions.release());
  return run.chunks.get("pipeline.encoder");
}

test("prompts that parameters are refined for count among the texts that chunks are made for", async () => {
  expect(await chunksFor(["rocket"])).toBe(1);
  expect(await chunksFor(["rocket", LONG])).toBe(2);
});
