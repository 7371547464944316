import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KNOWN_SPACES } from "../common/embedding-space.ts";
import type { Job } from "../common/studio/job.ts";
import { type StudioEvent, studioEvent } from "../common/studio/studio-event.ts";
import { refusalOfWork } from "../common/testing/refusal-of.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { sampleConditioning, sampleMetadata } from "../embeddings/testing/sample-embedding.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import { openPipeline } from "../models/pipeline.ts";
import { writePipeline } from "../models/testing/write-pipeline.ts";
import { isLock, lockFolder } from "../weights/folder-lock.ts";
import { createStudio, type Studio } from "./studio.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-applied-"));
const at = (name: string): string => join(root, name);
const abort = new AbortController();
const context = { signal: abort.signal };
const events: StudioEvent[] = [];
let studio: Studio;
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

beforeAll(() => {
  writePipeline(at("models/sd"));
  for (const [name, space] of Object.entries({ emoji: openPipeline("emoji").space, sd15: KNOWN_SPACES.clipL })) {
    const conditioning = sampleConditioning(space);
    const nullText = fingerprintNullText(conditioning);
    writeEmbedding(at(`${name}.safetensors`), { conditioning, metadata: { ...sampleMetadata(space), nullText } });
  }
  // Of a shape that fits, from a program that does not say for what.
  writeEmbedding(at("undeclared.safetensors"), {
    conditioning: sampleConditioning(openPipeline("emoji").space),
    metadata: null,
  });
  studio = createStudio({ home: at("home"), version: "1", shell: "browser" });
  void studio.handlers.watch({}, { ...context, emit: async (event) => void events.push(studioEvent.parse(event)) });
});
afterAll(async () => {
  abort.abort();
  await studio.close();
  rmSync(root, { recursive: true });
});

async function until(run: string, isReached: (job: Job) => boolean): Promise<Job> {
  return vi.waitUntil(
    () => {
      const last = events.findLast((event) => event.type === "jobs");
      return last?.type === "jobs" && last.jobs.find((job) => job.run === run && isReached(job));
    },
    { timeout: 240_000, interval: 50 },
  );
}

const request = {
  name: "Red apple",
  embedding: at("undeclared.safetensors"),
  to: "emoji",
  prompt: "red apple",
  written: "blurry",
  columns: ["none" as const, "written" as const, "learned" as const],
  steps: 2,
  seed: 3,
  controls: [],
  guess: false,
  ...PLAIN_READING,
  device: "cpu" as const,
};

test("the models that are known are listed with the verdict on each, those that fit first", async () => {
  await studio.handlers.saveModelFolders({ folders: [at("models")] }, context);
  const { models, folders } = await studio.handlers.targetModels({ embedding: at("emoji.safetensors") }, context);
  expect(folders).toEqual([at("models")]);
  const emoji = models.find(({ path }) => path === "emoji");
  expect(emoji).toMatchObject({ kind: "pipeline", origin: "embedded", fit: { verdict: "fits" }, needsPicture: false });
  expect(emoji?.settings).toMatchObject({ frames: 1, guidance: 2, betas: { schedule: "scaled_linear" } });
  const other = models.find(({ path }) => path === at("models/sd"));
  expect(other).toMatchObject({ origin: "folder", fit: { verdict: "misfit", why: { code: "embedding-width" } } });
  expect(models.indexOf(emoji!)).toBeLessThan(models.indexOf(other!));
  const ofSd = await studio.handlers.targetModels({ embedding: at("sd15.safetensors") }, context);
  const misfit = ofSd.models.find(({ path }) => path === "emoji")?.fit;
  expect(misfit).toMatchObject({
    verdict: "misfit",
    why: { help: expect.stringMatching(/this one fits Stable Diff/) },
  });
});

test("a job draws three columns of the same seed, whose files are found by their URLs", async () => {
  const job = await studio.handlers.apply(request, context);
  expect(job).toMatchObject({ run: "red-apple", kind: "apply", total: 6 });
  expect(await until(job.run, ({ state }) => state === "done")).toMatchObject({
    step: 6,
    diagnostics: expect.anything(),
  });
  const [summary] = await studio.handlers.applied({}, context);
  expect(summary).toMatchObject({ id: "red-apple", state: "done", model: "emoji", embedding: { run: null } });
  expect(await studio.handlers.runs({}, context)).toEqual([]);
  const { result } = await studio.handlers.appliedRun({ id: "red-apple" }, context);
  expect(result?.columns.map(({ column, negative }) => [column, negative])).toEqual([
    ["none", ""],
    ["written", "blurry"],
    ["learned", null],
  ]);
  expect(JSON.parse(result?.recipe ?? "")).toMatchObject({ embedding: "embedding.safetensors", seed: 3 });
  const files = [result!.video, ...result!.columns.flatMap(({ video, frames }) => [video, ...frames])];
  const sizes = await Promise.all(
    files.map(async ({ path, url }) => {
      const found = studio.findFile(decodeURIComponent(url.replace(/^files\//, "").replace(/\?.*/, "")));
      expect(found).toEqual({ path, contentType: "image/png", download: null });
      const { width, height } = await sharp(path).metadata();
      return [width, height];
    }),
  );
  expect(sizes).toEqual([[3 * 64 + 2 * 4, 64], ...Array.from({ length: 6 }, () => [64, 64])]);
});

test("a job that is paused goes on from the last finished step, even when its embedding is gone from where it was", async () => {
  const copy = at("passing.safetensors");
  writeEmbedding(copy, { conditioning: sampleConditioning(openPipeline("emoji").space), metadata: null });
  const { run } = await studio.handlers.apply({ ...request, name: "Paused", embedding: copy, steps: 12 }, context);
  await until(run, ({ step, state }) => state === "running" && step >= 3);
  await studio.handlers.command({ run, command: "pause" }, context);
  const { step } = await until(run, ({ state }) => state === "paused");
  rmSync(copy);
  const before = events.length;
  await studio.handlers.command({ run, command: "resume" }, context);
  await until(run, ({ state }) => state === "done");
  const steps = events
    .slice(before)
    .flatMap((event) => (event.type === "jobs" ? event.jobs.filter((job) => job.run === run) : []))
    .map((job) => job.step);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(step);
  expect(step).toBeGreaterThanOrEqual(3);
});

test("what was drawn is deleted to the bin and comes back from there", async () => {
  await studio.handlers.deleteRun({ id: "red-apple" }, context);
  expect((await studio.handlers.applied({}, context)).map(({ id }) => id)).not.toContain("red-apple");
  await studio.handlers.restoreRun({ id: "red-apple" }, context);
  await studio.handlers.annotateRun({ id: "red-apple", notes: "the best" }, context);
  const found = (await studio.handlers.applied({}, context)).find(({ id }) => id === "red-apple");
  expect(found).toMatchObject({ state: "done", notes: "the best" });
});

const refused = async (asked: Promise<unknown>) => (await refusalOfWork(() => asked))?.message;

test("an embedding that does not fit is refused before a job is made, and what fits is foreseen", async () => {
  const misfit = { ...request, embedding: at("sd15.safetensors") };
  expect(await refused(studio.handlers.apply(misfit, context))).toMatch(/learned for CLIP ViT-L\/14 \(77×768\)/);
  expect(await refused(studio.handlers.foreseeApply(misfit, context))).toMatch(/CLIP ViT-L\/14/);
  const { memory, budget, steps, settings } = await studio.handlers.foreseeApply(request, context);
  expect(memory).toBeLessThan(budget ?? 0);
  expect({ steps, size: settings.size }).toEqual({ steps: 6, size: { width: 64, height: 64 } });
  expect(await studio.handlers.applied({}, context)).toHaveLength(2);
});

test("a model that someone chooses is looked at and remembered, and what is none is refused", async () => {
  writePipeline(at("elsewhere"));
  const chosen = { path: at("elsewhere"), embedding: null };
  expect(await studio.handlers.targetModel(chosen, context)).toMatchObject({ name: "elsewhere", kind: "pipeline" });
  const { models } = await studio.handlers.targetModels({ embedding: null }, context);
  expect(models.find(({ path }) => path === at("elsewhere"))?.origin).toBe("recent");
  writeFileSync(at("note.txt"), "no model");
  expect(await refused(studio.handlers.targetModel({ path: at("note.txt"), embedding: null }, context))).toBeDefined();
});

test("a drawing whose folder another program works in is refused with its process, and goes on when that has left", async () => {
  const { run } = await studio.handlers.apply({ ...request, name: "Taken", steps: 12 }, context);
  await until(run, ({ step, state }) => state === "running" && step >= 2);
  await studio.handlers.command({ run, command: "pause" }, context);
  await until(run, ({ state }) => state === "paused");
  const lock = lockFolder(at(`home/runs/${run}`));
  await studio.handlers.command({ run, command: "resume" }, context);
  const refused = await until(run, ({ state }) => state === "failed");
  expect(refused.diagnostics).toContainEqual(
    expect.objectContaining({ code: "run-taken", message: expect.stringContaining(`process ${process.pid}`) }),
  );
  if (isLock(lock)) lock.release();
  await studio.handlers.command({ run, command: "resume" }, context);
  await until(run, ({ state }) => state === "done");
});
