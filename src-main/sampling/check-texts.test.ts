import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { diagnosticsOf } from "../common/testing/refusal-of.ts";
import { PLAIN_READING, type TextReading } from "../common/text-reading.ts";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { embedded } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { wordsOf } from "../models/prompt/read-parts.ts";
import { openReward } from "../models/reward/open-reward.ts";
import { programFunctions } from "../program/functions/index.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { checkDrawnTexts, checkJudgedTexts, checkTexts } from "./check-texts.ts";
import { openRun } from "./open-run.ts";
import { openTextEncoder } from "./text-encoder.ts";

const folder = mkdtempSync(join(tmpdir(), "texts-"));
const sessions = new StageSessions("cpu");
afterAll(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});

const pipeline = openPipeline(embedded.pipeline);
const encoder = openTextEncoder(pipeline, sessions);
const host: Parameters<typeof checkDrawnTexts>[0] = { readText: (_, ...how) => encoder.read(...how) };
const open = (reading: Partial<TextReading> = {}, chunks = 1, isFixed = false) => ({
  pipeline,
  reading: { ...PLAIN_READING, ...reading },
  chunks,
  isFixed,
});
const at = { part: "prompts" };
const long = `${"apple ".repeat(75)}blue car`;

function codesOf(read: () => unknown): readonly string[] {
  return diagnosticsOf(read).map(({ code }) => code);
}

test("a text that is cut off is told with its count and the first word that is lost", () => {
  const [warning, ...more] = checkDrawnTexts(host, open(), { what: "prompt", texts: [long], at });
  expect(more).toEqual([]);
  expect(warning).toMatchObject({ severity: "warning", code: "text-cut", at });
  expect(warning?.message).toMatch(
    /^the prompt is too long: it has 77 tokens, .* reads 75; from “blue” on it is cut off$/,
  );
});

test("one prompt of a list is told as one, without a first", () => {
  const list = { what: "prompt", texts: ["a cat", "a dog", long], at };
  const [warning] = checkDrawnTexts(host, open(), list);
  expect(warning?.message).toMatch(/^1 of 3 prompts is too long: .* reads 75 tokens; “[^”]*” has \d+, and from/);
});

test("of a list there is one warning, however many are too long", () => {
  const texts = ["a cat", ...Array.from({ length: 500 }, (_, i) => `${long} ${i}`)];
  const [warning, ...more] = checkDrawnTexts(host, open(), { what: "prompt", texts, at });
  expect(more).toEqual([]);
  expect(warning?.message).toMatch(/^500 of 501 prompts are too long: .*from “blue” on/);
});

test("nothing is lost in chunks, but what is learned has one", () => {
  const reading = { longPrompts: "chunks" } as const;
  expect(encoder.read(long, { ...PLAIN_READING, ...reading }).chunks).toBe(2);
  expect(checkDrawnTexts(host, open(reading, 2), { what: "prompt", texts: [long], at })).toEqual([]);
  const [warning] = checkDrawnTexts(host, open(reading, 1, true), { what: "initial prompt", texts: [long], at });
  expect(warning?.help).toBe("shorten it to 75 tokens");
});

test("rewards cut at their own length, and read the words without weights", () => {
  const reward = openReward(embedded.rewards.preference);
  const judge = { reward, words: (prompt: string) => wordsOf(prompt, { promptWeights: "a1111" }) };
  expect(checkJudgedTexts(judge, { what: "prompt", texts: [long], at })[0]?.message).toMatch(
    /the reward preference reads 75/,
  );
  expect(judge.words("a (red:1.3) [apple] BREAK car")).toBe("a red apple car");
  expect(codesOf(() => judge.words("a embedding:x"))).toEqual(["embedding-for-reward"]);
});

test("signs of weights are read as they stand, and said, unless they are asked for", () => {
  const list = { what: "prompt", texts: ["a (red:1.3) apple"], at };
  expect(checkDrawnTexts(host, open(), list).map(({ code }) => code)).toEqual(["prompt-syntax"]);
  expect(checkDrawnTexts(host, open({ promptWeights: "a1111" }), list)).toEqual([]);
  const harmless = ["a cat (black)", "rock'n'roll", "c++11 code", "16:9", "well-made, 3 - 4"];
  expect(checkDrawnTexts(host, open(), { ...list, texts: harmless })).toEqual([]);
});

test("a learned word has a file of its name, of the right width", () => {
  const width = pipeline.width;
  writeSafetensors(join(folder, "two.safetensors"), {
    emb_params: floatTensor([2, width], new Float32Array(2 * width)),
  });
  writeSafetensors(join(folder, "wide.safetensors"), { emb_params: floatTensor([1, 768], new Float32Array(768)) });
  writeFileSync(join(folder, "broken.pt"), "no embedding");
  const count = (text: string, embeddings?: string) => () =>
    encoder.read(text, open({ longPrompts: "chunks", ...(embeddings === undefined ? {} : { embeddings }) }).reading)
      .chunks;
  expect(codesOf(count("a embedding:two"))).toEqual(["embedding-folder"]);
  expect(codesOf(count("a embedding:none", folder))).toEqual(["embedding-unknown"]);
  expect(codesOf(count("a embedding:../two", folder))).toEqual(["embedding-unknown"]);
  expect(codesOf(count("a embedding:wide", folder))).toEqual(["embedding-width"]);
  expect(codesOf(count("a embedding:broken", folder))).not.toEqual([]);
  expect(count(`${"apple ".repeat(74)}embedding:two`, folder)()).toBe(2);
});

test("a text of one chunk is filled up by the null text to what the UNet looks at", async () => {
  const reading = { ...PLAIN_READING, longPrompts: "chunks" } as const;
  const { data } = await encoder.encode("ugly", reading, 2);
  const half = 77 * pipeline.width;
  expect(data).toHaveLength(2 * half);
  expect(data.slice(0, half)).toEqual((await encoder.encode("ugly", reading, 1)).data);
  expect(data.slice(half)).toEqual((await encoder.encode("", reading, 1)).data);
});

test("words in braces that are read as they stand are told, unless braces were asked for", () => {
  const list = { what: "prompt", texts: ["a {red|green} apple", "a {cat}", "{a|b}"], at };
  expect(checkDrawnTexts(host, open(), list)).toMatchObject([
    { severity: "warning", code: "prompt-choices-unread", message: expect.stringContaining("“{red|green}”") },
  ]);
  expect(checkDrawnTexts(host, open(), { ...list, isDynamic: true })).toEqual([]);
});

test("braces are told with the setting that draws of them where the list has one", async () => {
  const told = async (prompts: object) => {
    const program = emojiProgram({
      start: { kind: "text", text: "{blurry|ugly}" },
      calls: {
        prompts: { fn: "prompts", settings: { texts: ["a {red|green} apple"], ...prompts } },
        single: { fn: "prompts", settings: { texts: ["a {red|blue} car"] } },
      },
      sinks: { "per-sample": { kind: "per-sample", update: "optimizer", prompts: "single" } },
    });
    const found = checkTexts(await openRun(program, { device: "cpu", sessions }), programFunctions);
    return found.map(({ at: { node }, help }) => [node, help]);
  };
  const help =
    "switch on Dynamic prompts (Prompts node, or a recipe's `dynamicPrompts`), by which one of the words is drawn, or remove the braces";
  const ofNegative = ["negative", "remove the braces"];
  expect(await told({})).toEqual([["prompts", help], ofNegative, ["single", help]]);
  expect(await told({ dynamic: true })).toEqual([ofNegative, ["single", help]]);
});
