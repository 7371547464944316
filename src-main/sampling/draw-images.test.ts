import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FloatTensor } from "../common/tensor.ts";
import { openUpdates } from "../learning/open-updates.ts";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { fromNetwork, writePng } from "../pictures/picture.ts";
import { drawImages, openImageDrawer } from "./draw-images.ts";
import type { ParameterValues } from "./moment.ts";
import { openRun } from "./open-run.ts";
import type { ProgramRun } from "./program-run.ts";
import { openScoredImage, scoreDrawn } from "./scored-image.ts";

const REQUESTS = [
  { prompt: "a red apple", seed: 3, place: 0 },
  { prompt: "rocket", seed: 4, place: 1 },
  { prompt: "pizza", seed: 5, place: 2 },
];

const APPLES = [0, 1].map((place) => ({ prompt: "a red apple", seed: 3, place }));

let run: ProgramRun;
let parameters: ParameterValues;
let photos: string;
beforeAll(async () => {
  photos = mkdtempSync(join(tmpdir(), "reneg-photos-"));
  for (const [i, shade] of [-0.8, 0, 0.8].entries()) {
    await writePng(join(photos, `${i}.png`), fromNetwork(new Float32Array(3 * 32 * 32).fill(shade), 32, 32));
  }
  run = await openRun(
    emojiProgram({
      calls: {
        others: { fn: "prompts", settings: { texts: ["moon", "sun"] } },
        "others.encoded": { fn: "encode", inputs: { encoder: "pipeline.encoder", prompts: "others" } },
        "mixed.negative": { fn: "predict", inputs: { model: "unet", conditioning: "others.encoded" } },
        mixed: {
          fn: "guide",
          inputs: { positive: "cfg.positive", negative: "mixed.negative" },
          settings: { scale: 3 },
        },
        "mixed.sampler": {
          fn: "sample",
          inputs: { prediction: "mixed" },
          settings: { steps: 2, gradient: { kind: "foreseen", last: 1 } },
        },
        photos: {
          fn: "encode images",
          inputs: { vae: "pipeline.vae" },
          settings: { source: photos, size: { height: 32, width: 32 } },
        },
        "photos.image": { fn: "decode", inputs: { vae: "pipeline.vae", latent: "photos" } },
        "mixed.image": { fn: "decode", inputs: { vae: "pipeline.vae", latent: "mixed.sampler" } },
        both: { fn: "add scores", inputs: { scores: ["reward", "mixed.reward"] }, settings: { weights: [1, 2] } },
        "mixed.reward": {
          fn: "score",
          inputs: { image: "mixed.image" },
          settings: { path: "emoji:rewards/preference" },
        },
      },
    }),
    { device: "cpu" },
  );
  const value: Readonly<Record<string, FloatTensor>> = await (await openParameter(run)).initial();
  parameters = new Map([["negative", value]]);
});
afterAll(async () => {
  await run.sessions.release();
  rmSync(photos, { recursive: true });
});

async function openParameter({ opened }: ProgramRun) {
  const [parameter] = opened.parametersOf("decoder");
  if (parameter === undefined) throw new Error("the image depends on no parameter");
  return parameter;
}

test("an image depends on its prompt and seed alone, whatever is drawn beside it", async () => {
  const pair = await drawImages(openImageDrawer(run, "decoder", 2), REQUESTS, { parameters });
  const single = await drawImages(openImageDrawer(run, "decoder", 1), REQUESTS.toReversed(), { parameters });
  expect(pair).toEqual(single.toReversed());
});

test("images of a folder that are decoded as they are begin each with its own, whatever the batch", async () => {
  const pair = await drawImages(openImageDrawer(run, "photos.image", 2), REQUESTS, { parameters });
  const shades = pair.map(({ data }) => data.reduce((sum, n) => sum + n, 0) / data.length);
  expect(shades).toEqual(shades.toSorted((a, b) => a - b));
  expect(new Set(shades.map((shade) => Math.round(shade))).size).toBe(REQUESTS.length);
});

test("progress counts images, those in work in part, up to all of them", async () => {
  const done: number[] = [];
  await drawImages(openImageDrawer(run, "decoder", 2), REQUESTS, {
    parameters,
    onProgress: (count, total) => void done.push(count / total),
  });
  expect(done).toEqual([...done].toSorted((a, b) => a - b));
  expect(done).toHaveLength(8);
  expect(done[0]).toBeCloseTo(2 / 4 / 3);
  expect(done.at(-1)).toBe(1);
});

test("a list beside the image's own gives each image its text of the same place", async () => {
  const drawer = openImageDrawer(run, "mixed.image", 2);
  const [first, second] = await drawImages(drawer, APPLES, { parameters });
  const [third] = await drawImages(drawer, [{ prompt: "a red apple", seed: 3, place: 2 }], { parameters });
  expect(first).not.toEqual(second);
  expect(third).toEqual(first);
});

test("a score that looks at two images scores both, and adds them up", async () => {
  const heldOut = ["reward", "mixed.reward"];
  const scored = openScoredImage(run, { image: "decoder", objective: "both", heldOut }, 2);
  const pictures = await drawImages(scored.drawer, REQUESTS, { parameters });
  const counts: number[] = [];
  const { objective, heldOut: each } = await scoreDrawn(scored, pictures, REQUESTS, {
    parameters,
    withHeldOut: true,
    onScored: async (done, total) => void counts.push(done / total),
  });
  const [own, other] = [...each.values()];
  for (const i of REQUESTS.keys()) {
    expect(objective?.[i]).toBeCloseTo((own?.[i] ?? NaN) + 2 * (other?.[i] ?? NaN), 5);
  }
  expect([...each.keys()]).toEqual(["preference", "preference (2)"]);
  expect(counts.at(-1)).toBe(1);
  // The other image is drawn first, sampling step after sampling step, and that is told.
  expect(counts).toEqual([...counts].toSorted((a, b) => a - b));
  // Two batches of two steps each, then two for each of three scores.
  expect(counts).toHaveLength(2 * 2 + 3 * 2);
  expect(counts[0]).toBeLessThan(0.2);
});

test("previews and learning share the sessions of what both compute", () => {
  const update = openUpdates(run, { cuts: "borders" }).get("optimizer");
  const learned = new Set([
    ...(update?.stages.values() ?? []),
    ...(update?.samplers.flatMap(({ stages }) => stages) ?? []),
  ]);
  const { stage, samplers } = openImageDrawer(run, "decoder", update?.batch ?? NaN);
  expect(learned).toContain(stage);
  for (const predicting of samplers.flatMap(({ stages }) => stages)) expect(learned).toContain(predicting);
});
