import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyInput } from "../common/applying.ts";
import { evaluateInput } from "../common/evaluating.ts";
import { runEvent } from "../common/run-events.ts";
import { sampleInput } from "../common/sampling.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { sampleConditioning } from "../embeddings/testing/sample-embedding.ts";
import { openPipeline } from "../models/pipeline.ts";
import { apply } from "./handlers/apply.ts";
import { evaluate } from "./handlers/evaluate.ts";
import { sample } from "./handlers/sample.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-apply-reading-"));
const at = (name: string): string => join(root, name);
const embedding = at("negative.safetensors");
const long = `a (red:1.4) apple, ${"on a plate, ".repeat(30)} and a blue car`;
const reading = { longPrompts: "chunks", promptWeights: "a1111" } as const;
const drawn = { seed: 5, steps: 3, guidance: 3, scheduler: "ddim", device: "cpu" } as const;

beforeAll(() =>
  writeEmbedding(embedding, { conditioning: sampleConditioning(openPipeline("emoji").space), metadata: null }),
);
afterAll(() => rmSync(root, { recursive: true }));

function listening() {
  const warnings: string[] = [];
  const emit = async (sent: unknown): Promise<void> => {
    const event = runEvent.parse(sent);
    if (event.type === "warning") warnings.push(event.diagnostic.code);
  };
  return { warnings, context: { emit, signal: new AbortController().signal } };
}

const pixels = async (file: string): Promise<number[]> => [...(await sharp(file).removeAlpha().raw().toBuffer())];

test("a prompt that is applied is read in chunks and with weights as one that is sampled", async () => {
  const { warnings, context } = listening();
  const asked = { embedding, to: "emoji", prompt: long, written: "blurry", columns: ["written"], ...drawn };
  await apply(applyInput.parse({ ...asked, ...reading, out: at("applied.png") }), context);
  expect(warnings).not.toContain("text-cut");
  const negative = { kind: "text", text: "blurry" };
  const input = { pipeline: "emoji", prompts: [long], negative, ...drawn, ...reading, out: at("sampled.png") };
  await sample(sampleInput.parse(input), context);
  const [applied, sampled] = [await pixels(at("applied.png")), await pixels(at("sampled.png"))];
  expect(Math.max(...applied.map((value, i) => Math.abs(value - (sampled[i] ?? NaN))))).toBeLessThanOrEqual(1);

  await apply(applyInput.parse({ ...asked, out: at("cut.png") }), context);
  expect(warnings).toContain("text-cut");
  expect(await pixels(at("cut.png"))).not.toEqual(applied);
});

test("prompts of different lengths are evaluated in chunks, and nothing is cut", async () => {
  const { warnings, context } = listening();
  writeFileSync(at("prompts.txt"), `red apple\n${long}\n`);
  const asked = { embedding, to: ["emoji"], prompts: at("prompts.txt"), ...drawn, ...reading, out: at("evaluated") };
  const { evaluations } = await evaluate(evaluateInput.parse(asked), context);
  expect(evaluations[0]?.report.settings.pipeline).toBeDefined();
  expect(warnings).not.toContain("text-cut");
});

test("that prompts of an evaluation are cut off is said of all of them, wherever they stand in the list", async () => {
  const { warnings, context } = listening();
  writeFileSync(at("late.txt"), `red apple\n${long}\n`);
  const asked = { embedding, to: ["emoji"], prompts: at("late.txt"), ...drawn, steps: 1, out: at("late") };
  await evaluate(evaluateInput.parse(asked), context);
  expect(warnings).toContain("text-cut");
});
