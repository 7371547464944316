import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyInput } from "../common/applying.ts";
import { drawingRecipe } from "../common/drawing-recipe.ts";
import { sampleInput } from "../common/sampling.ts";
import { refusalOfWork } from "../common/testing/refusal-of.ts";
import { embedded } from "../models/embedded.ts";
import { learnedFileKind } from "../models/learned-file.ts";
import { openPipeline } from "../models/pipeline.ts";
import { openTarget } from "../models/target/open-target.ts";
import { writePipeline } from "../models/testing/write-pipeline.ts";
import { saveTextEncoder } from "../parameters/testing/save-text-encoder.ts";
import { checkApplications } from "./apply-learned.ts";
import { describeFile } from "./files/describe-file.ts";
import { apply } from "./handlers/apply.ts";
import { sample } from "./handlers/sample.ts";
import { judgeFit } from "./judge-fit.ts";
import { programOfRecipe } from "./recipe-program.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-apply-encoder-"));
const at = (name: string): string => join(root, name);
const drawn = { seed: 5, steps: 3, guidance: 3, scheduler: "ddim", device: "cpu" } as const;
const context = { emit: async () => undefined, signal: new AbortController().signal };
const LEARNED = at("text-encoder");
const OTHER = at("other-encoder");

beforeAll(async () => {
  writePipeline(at("sd"));
  const offsets = (tensor: string) => (i: number) => 0.05 * Math.sin(i + tensor.length);
  await saveTextEncoder(LEARNED, openPipeline("emoji"), offsets);
  await saveTextEncoder(OTHER, openPipeline(at("sd")), offsets);
});
afterAll(() => rmSync(root, { recursive: true }));

async function applied(name: string, changes: object): Promise<number[]> {
  const asked = { embedding: LEARNED, to: "emoji", prompt: "a red apple", columns: ["learned"], ...drawn, ...changes };
  const { file } = await apply(applyInput.parse({ ...asked, out: at(name) }), context);
  return pixels(file);
}

const pixels = async (file: string): Promise<number[]> => [...(await sharp(file).removeAlpha().raw().toBuffer())];

function furthest(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
}

const refused = async (work: () => unknown) => (await refusalOfWork(work))?.message;

test("a learned text encoder is told from a LoRA by its config", () => {
  expect(learnedFileKind(LEARNED)).toBe("text encoder");
  expect(learnedFileKind(root)).toBe("lora");
  expect(describeFile(LEARNED)).toMatchObject({ kind: "text encoder", refusal: null });
  // Other networks have a config, too.
  const unet = join(embedded.pipeline, "unet");
  expect(learnedFileKind(unet)).not.toBe("text encoder");
  expect(describeFile(unet)?.kind).not.toBe("text encoder");
});

test("what is drawn with it is what sample draws with that text encoder, and not what it draws without", async () => {
  const of = async (name: string, textEncoder?: string): Promise<number[]> => {
    const input = { pipeline: "emoji", prompts: ["a red apple"], ...drawn, out: at(name) };
    await sample(sampleInput.parse({ ...input, ...(textEncoder === undefined ? {} : { textEncoder }) }), context);
    return pixels(at(name));
  };
  const learned = await applied("learned.png", {});
  expect(furthest(learned, await of("sampled.png", LEARNED))).toBeLessThanOrEqual(1);
  expect(furthest(learned, await of("plain.png"))).toBeGreaterThan(10);
});

test("beside it the other columns are drawn with the model's own", async () => {
  const plain = await applied("plain-column.png", { columns: ["none"] });
  const both = at("both.png");
  await apply(
    applyInput.parse({
      embedding: LEARNED,
      to: "emoji",
      prompt: "a red apple",
      columns: ["none", "learned"],
      ...drawn,
      out: both,
    }),
    context,
  );
  const first = await sharp(both).extract({ left: 0, top: 0, width: 64, height: 64 }).removeAlpha().raw().toBuffer();
  expect([...first]).toEqual(plain);
});

test("a video model draws with it as with a text encoder that is named for it", async () => {
  const video = { to: "emoji:video", frames: 2, prompt: "a red apple bouncing" };
  const frames = async (name: string, changes: object) => applied(name, { ...video, ...changes });
  const learned = await frames("learned.png", {});
  expect(learned).toEqual(await frames("named.png", { columns: ["none"], textEncoder: LEARNED }));
  expect(learned).not.toEqual(await frames("own.png", { columns: ["none"] }));
});

test("one of another architecture is refused with both sides named, wherever it is asked", async () => {
  const both = /this text encoder has .*\d+.*, but that of emoji has .*\d+/;
  expect(await refused(() => applied("x.png", { embedding: OTHER }))).toMatch(both);
  expect(judgeFit(OTHER, openTarget("emoji", {}))).toMatchObject({
    verdict: "misfit",
    why: { code: "encoder-architecture" },
  });
  expect(judgeFit(LEARNED, openTarget("emoji", {}))).toEqual({ verdict: "fits" });
  const planned = (to: string, changes: object = {}): Promise<string | undefined> => {
    const input = {
      prompts: ["a"],
      learn: [{ kind: "text encoder" }],
      applications: [{ to, prompts: ["b"], ...changes }],
    };
    const { program } = programOfRecipe(drawingRecipe.parse(input), root, "r.json", () => undefined);
    return refused(() => checkApplications(program, "cpu", 2 ** 33));
  };
  expect(await planned("emoji:video")).toBeUndefined();
  expect(await planned("emoji:video", { strength: 0.5 })).toMatch(/cannot be applied at a strength of 0\.5/);
});

test("it has no strength", async () => {
  expect(await refused(() => applied("x.png", { strength: 0.5 }))).toMatch(/cannot be applied at a strength of 0\.5/);
});
