import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ref } from "../common/program/program.ts";
import { floatTensor } from "../common/tensor.ts";
import { targetName } from "../program/lower-update.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { drawImages, openImageDrawer } from "../sampling/draw-images.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { openRun } from "../sampling/open-run.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { rollOut, type SamplingStep } from "../sampling/roll-out.ts";
import { openImageScorer, scoreImages } from "../sampling/score-images.ts";
import { drawBatch } from "./draw-batch.ts";
import { initialState } from "./initial-state.ts";
import { valuesOf } from "./learn-step.ts";
import { openUpdates } from "./open-updates.ts";
import { emojiProgram } from "./testing/emoji-program.ts";
import { gradientOver, startsOf } from "./update-gradient.ts";

const FRAMES = 3;

/** One negative, of images and of videos: what both are worth is added up. */
const both = emojiProgram({
  guidance: 3,
  settings: { batch: 2, microBatch: 2 },
  calls: {
    moving: { fn: "video model", settings: { path: "emoji:video" } },
    "moving.unet": { fn: "video unet", inputs: { model: "moving" } },
    "moving.vae": { fn: "video vae", inputs: { model: "moving" } },
    frames: { fn: "model", inputs: { unet: "moving.unet" }, settings: { frames: FRAMES } },
    "video.positive": { fn: "predict", inputs: { model: "frames", conditioning: "encoder" } },
    "video.negative": { fn: "predict", inputs: { model: "frames", conditioning: "negative" } },
    "video.cfg": {
      fn: "guide",
      inputs: { positive: "video.positive", negative: "video.negative" },
      settings: { scale: 3 },
    },
    video: {
      fn: "sample",
      inputs: { prediction: "video.cfg" },
      settings: { steps: 4, gradient: { kind: "foreseen", last: 2, count: 1 } },
    },
    "video.decoder": { fn: "decode", inputs: { vae: "moving.vae", latent: "video" } },
    "video.reward": { fn: "score", inputs: { image: "video.decoder" }, settings: { path: "emoji:rewards/preference" } },
    sum: { fn: "add scores", inputs: { scores: ["reward", "video.reward"] }, settings: { weights: [1, 1] } },
  },
  updates: {
    optimizer: { objective: "sum", parameters: ["negative"], settings: { steps: 4, batch: 2, microBatch: 2 } },
  },
});

const sessions = new StageSessions("cpu");
let run: ProgramRun;
beforeAll(async () => void (run = await openRun(both, { device: "cpu", sessions })));
afterAll(() => sessions.release());

test("the gradient through images and videos is that of finite differences", async () => {
  const updates = openUpdates(run, { cuts: "none" });
  const opened = updates.get("optimizer");
  if (opened === undefined) throw new Error("there is an optimizer");
  const start = valuesOf(await initialState(updates));
  const { texts, noise, indices } = drawBatch(opened, 0, 0, start);
  const positions = new Map<Ref, readonly SamplingStep[]>();
  for (const sampler of opened.samplers) {
    const { ref } = sampler.sampler;
    const [index = NaN] = startsOf(sampler.sampler, indices.get(ref) ?? []);
    const { sample, previous } = await rollOut(
      sampler,
      noise.get(ref) ?? new Float32Array(),
      { texts, parameters: start },
      { until: index },
    );
    positions.set(ref, [{ index, sample, previous, prediction: new Float32Array(), isWhole: false }]);
  }
  const at = (parameters: ParameterValues) => gradientOver(opened, { texts, parameters }, positions);
  const gradient = (await at(start)).gradient.get(targetName("negative", "context")) ?? new Float32Array();
  const norm = Math.hypot(...gradient);
  const context = start.get("negative")?.["context"];
  if (context === undefined) throw new Error("an embedding is a context");
  const moved = async (by: number): Promise<number> => {
    const data = context.data.map((value, i) => value + (by * (gradient[i] ?? NaN)) / norm);
    const { objective } = await at(new Map([["negative", { context: floatTensor(context.shape, data) }]]));
    return objective.reduce((sum, value) => sum + value, 0);
  };
  const by = 0.05;
  expect(((await moved(by)) - (await moved(-by))) / (2 * by) / norm).toBeCloseTo(1, 2);
});

test("a video is a strip of its frames, and worth their mean", async () => {
  const parameters = valuesOf(await initialState(openUpdates(run, { cuts: "none" })));
  const requests = [{ prompt: "a rocket sliding", seed: 3 }];
  const strips = await drawImages(openImageDrawer(run, "video.decoder", 1), requests, { parameters });
  expect(strips.map(({ width, height }) => [width, height])).toEqual([[64, FRAMES * 64]]);
  const ofVideo = openImageScorer(run, "video.reward", 1);
  const ofImage = openImageScorer(run, "reward", 1);
  const [strip] = strips;
  if (strip === undefined) throw new Error("a video was drawn");
  const length = strip.data.length / FRAMES;
  let sum = 0;
  for (let i = 0; i < FRAMES; i++) {
    const frame = { width: 64, height: 64, data: strip.data.subarray(i * length, (i + 1) * length) };
    const [score = NaN] = await scoreImages(ofImage, new Map([["decoder", [frame]]]), requests, { parameters });
    sum += score;
  }
  const [whole = NaN] = await scoreImages(ofVideo, new Map([["video.decoder", strips]]), requests, { parameters });
  expect(whole).toBeCloseTo(sum / FRAMES, 5);
});
