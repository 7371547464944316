import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { evaluateInput } from "../../common/evaluating.ts";
import { evaluationReport } from "../../common/evaluation-report.ts";
import { type RunEvent, runEvent } from "../../common/run-events.ts";
import { writeConditioning } from "../../embeddings/testing/write-conditioning.ts";
import { evaluate } from "./evaluate.ts";

const root = mkdtempSync(join(tmpdir(), "evaluate-"));
const at = (name: string): string => join(root, name);
const { signal } = new AbortController();
const options: Parameters<typeof evaluate>[1] = { signal, emit: async () => undefined };
vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => {
  writeConditioning(at("fits.safetensors"), 128);
  writeConditioning(at("other.safetensors"), 768);
});
afterAll(() => rmSync(root, { recursive: true }));

const ask = (embedding: string, to: readonly string[], changes: object = {}, handling = options) =>
  evaluate(
    evaluateInput.parse({
      embedding: at(embedding),
      to,
      count: 2,
      steps: 2,
      out: at("out"),
      device: "cpu",
      ...changes,
    }),
    handling,
  );

test("an embedding is judged on a ControlNet and on a video model, which are steered and scored as they should be", async () => {
  const { evaluations } = await ask("fits.safetensors", ["emoji:controlnet", "emoji:video"]);
  expect(evaluations.map(({ to }) => to)).toEqual(["emoji:controlnet", "emoji:video"]);
  for (const { report } of evaluations) {
    expect(report.scores).toHaveLength(2 * 3);
    // The same prompts and seed under each condition; another negative draws something else.
    expect(new Set(report.scores.map(({ train }) => train)).size).toBe(6);
  }
  const [steered, moving] = evaluations.map(({ files }) => files);
  expect(steered?.map((file) => file.slice(at("out").length))).toEqual([
    "/emoji-controlnet/before-after.png",
    "/emoji-controlnet/report.md",
    "/emoji-controlnet/report.json",
  ]);
  expect((await sharp(at("out/emoji-controlnet/controls/0002.png")).metadata()).width).toBe(64);
  expect((await sharp(moving?.[0], { animated: true }).metadata()).pages).toBe(8);
  const saved = evaluationReport.parse(JSON.parse(readFileSync(at("out/emoji-video/report.json"), "utf8")));
  expect(saved).toEqual(evaluations[1]?.report);
});

test("prompts that are cut are told once, of all together, before anything is drawn for a ControlNet", async () => {
  writeFileSync(at("prompts.txt"), `a red apple\n${"on a plate, ".repeat(60)}\n`);
  const told: RunEvent[] = [];
  const stopping = new AbortController();
  const stopped = ask(
    "fits.safetensors",
    ["emoji:controlnet"],
    { prompts: at("prompts.txt"), out: at("cut") },
    {
      signal: stopping.signal,
      async emit(event: unknown) {
        told.push(runEvent.parse(event));
        if (told.at(-1)?.type === "progress") stopping.abort();
      },
    },
  );
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  const messages = told.flatMap((event) => (event.type === "warning" ? [event.diagnostic.message] : []));
  expect(messages.filter((message) => message.startsWith("1 of 2 prompts is too long"))).toHaveLength(1);
});

test("an embedding that one of the models cannot use is refused before anything is drawn", async () => {
  const error = await ask("other.safetensors", ["emoji:controlnet", "emoji:video"]).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).message).toMatch(/768/);
});
