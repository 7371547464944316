import { expect, onTestFinished, test } from "vitest";
import { drawTexts } from "../learning/draws.ts";
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

const MANY = "{red|green|blue} ".repeat(6);
const APPLES = "apple ".repeat(74);

test.each([
  ["a BREAK in a choice", `{${APPLES}|a BREAK car BREAK rocket}`, 3],
  ["a BREAK that stands in all wordings", `${"a ".repeat(40)}BREAK {red|green} car${" a".repeat(40)}`, 2],
  ["a phrase that moves to the next chunk", `{${"a ".repeat(60)}, ${"b ".repeat(19)}${"c ".repeat(69)}|a}`, 3],
  ["a choice without any", "a {red|green} car", 1],
])("%s is counted among the chunks that wordings fill", async (_, text, chunks) => {
  expect((await dynamicRun(text)).chunks).toBe(chunks);
});

test.each([
  `${MANY}{${APPLES}|a BREAK car BREAK rocket}`,
  `${MANY}{${"car ".repeat(60)}|a BREAK b}, {${"apple ".repeat(18)}|rocket} ${"a ".repeat(70)}{x|y BREAK z}`,
])("no wording of too many to look at each fills more chunks than are counted", async (text) => {
  const { chunks = 0, filledBy, drawn } = await dynamicRun(text);
  const filled = drawn.map(filledBy);
  expect(new Set(filled).size).toBeGreaterThan(1);
  expect(Math.max(...filled)).toBeLessThanOrEqual(chunks);
});

async function dynamicRun(text: string) {
  const program = emojiProgram({
    reading: { longPrompts: "chunks", promptWeights: "a1111" },
    calls: { prompts: { fn: "prompts", settings: { texts: [text], dynamic: true } } },
  });
  const run = await openRun(program, { device: "cpu" });
  onTestFinished(() => run.sessions.release());
  const { pipeline } = run.opened.open("pipeline.encoder", "text encoder");
  const reading = { longPrompts: "chunks", promptWeights: "a1111" } as const;
  return {
    chunks: run.chunks.get("pipeline.encoder"),
    filledBy: (wording: string) => run.opened.host.readText(pipeline, wording, reading).chunks,
    drawn: drawTexts(1, run.opened.open("prompts", "prompts"), 500, 0),
  };
}
