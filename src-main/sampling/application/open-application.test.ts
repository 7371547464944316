import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { applyRequest } from "../../common/applying.ts";
import { Refusal } from "../../common/diagnostic.ts";
import { codeOf } from "../../common/testing/code-of.ts";
import { writeEmbedding } from "../../embeddings/embedding-file.ts";
import { sampleConditioning } from "../../embeddings/testing/sample-embedding.ts";
import { writeConditioning } from "../../embeddings/testing/write-conditioning.ts";
import { embedded } from "../../models/embedded.ts";
import { openTarget } from "../../models/target/open-target.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { openApplication, openAppliedTexts } from "./open-application.ts";

const folder = mkdtempSync(join(tmpdir(), "application-"));
afterAll(() => rmSync(folder, { recursive: true }));

const target = openTarget("emoji", {});
const embedding = join(folder, "negative.safetensors");
writeEmbedding(embedding, { conditioning: sampleConditioning(target.pipeline.space), metadata: null });
const sessions = new StageSessions("cpu");
const request = applyRequest.parse({ embedding, to: "emoji", prompt: "rocket" });

test("what memory has no room for is refused before it starts, with what it would need", () => {
  const budget = 150 * 2 ** 20;
  const opening = () => openApplication(request, target, { sessions, budget });
  expect(opening).toThrow(Refusal);
  expect(opening).toThrow(/this would need 0\.2 GB of memory, but 0\.2 GB may be used/);
  expect(openApplication(request, target, { sessions, budget: 2 ** 33 }).memory).toBeGreaterThan(budget);
});

test("texts are opened, as a drawing is, only with what was learned by the same text encoder, at a strength that it can have", () => {
  const other = join(folder, "other.safetensors");
  writeConditioning(other, 768);
  const encoder = join(embedded.pipeline, "text_encoder");
  const asked = [{ embedding: other }, { embedding: encoder, strength: 0.5 }].map((one) => ({ ...request, ...one }));
  const codes = ["embedding-width", "encoder-strength"];
  expect(asked.map((one) => codeOf(() => openAppliedTexts(one, target, { sessions })))).toEqual(codes);
  expect(asked.map((one) => codeOf(() => openApplication(one, target, { sessions, budget: 2 ** 33 })))).toEqual(codes);
});

test("a video that is far too large is refused without looking at each of its millions of operators", () => {
  const video = openTarget("emoji:video", {});
  const size = { width: 2048, height: 2048 };
  const huge = applyRequest.parse({ ...request, to: "emoji:video", frames: 256, size });
  const started = performance.now();
  expect(() => openApplication(huge, video, { sessions, budget: 2 ** 34 })).toThrow(
    /256 frames would need more than \d+\.\d GB of memory, but 17\.2 GB may be used/,
  );
  // And where there were so much memory, its attention still would not become millions of operators.
  const large = { ...huge, frames: 8 };
  expect(openApplication(large, video, { sessions, budget: Infinity }).memory).toBeGreaterThan(2 ** 33);
  expect(performance.now() - started).toBeLessThan(60_000);
});

test("stages that stay loaded beside each other are foreseen, as far as there is room for them", () => {
  const foreseen = (budget: number): number => openApplication(request, target, { sessions, budget }).memory;
  const roomy = foreseen(2 ** 33);
  const tight = roomy - 2 ** 20;
  expect(foreseen(tight)).toBeLessThanOrEqual(tight);
  expect(foreseen(roomy)).toBe(roomy);
});

test("several frames are decoded at once, no more than there are and than memory was foreseen for", () => {
  const open = (to: string, frames?: number) =>
    openApplication(applyRequest.parse({ ...request, to, frames }), openTarget(to, {}), { sessions, budget: 2 ** 33 });
  const batches = ({ columns }: ReturnType<typeof open>) => columns.map(({ decoder }) => decoder.batch);
  expect(batches(open("emoji"))).toEqual([1, 1, 1]);
  const [first = 0, ...others] = batches(open("emoji:video", 3));
  expect(first).toBeLessThanOrEqual(2);
  expect(others).toEqual([first, first]);
});

test("all columns, and both halves of guidance, run in one session of the network", () => {
  const { columns } = openApplication(request, target, { sessions, budget: 2 ** 33 });
  expect(columns.flatMap(({ sampler }) => sampler.stages)).toHaveLength(6);
  expect(new Set(columns.flatMap(({ sampler }) => sampler.stages)).size).toBe(1);
  expect(new Set(columns.map(({ decoder }) => decoder.stage)).size).toBe(1);
});
