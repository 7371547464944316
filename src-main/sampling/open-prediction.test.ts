import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOnnxModels, writeOnnxModel } from "../../bench/parity/check-onnx.ts";
import { maximalDifference } from "../../bench/parity/compare.ts";
import type { Program } from "../common/program/program.ts";
import { elementCount } from "../common/tensor.ts";
import { countFlops } from "../compiler/cost.ts";
import { openNetwork } from "../models/networks.ts";
import { model } from "../program/functions/model.ts";
import { emoji, open as openCall } from "../program/testing/given-values.ts";
import { type Stage, StageSessions } from "../runtime/stage-sessions.ts";
import { textsOf } from "./draw-images.ts";
import { drawLatents } from "./draw-latents.ts";
import { imageNoise } from "./image-noise.ts";
import { DRAWN, type ImageProgramOptions } from "./image-program.ts";
import { openHost } from "./open-host.ts";
import { openPrediction } from "./open-prediction.ts";
import { startWith } from "./open-run.ts";
import { openPassingSampler, openSampler } from "./roll-out.ts";
import { CONTROL, emojiImage, REQUESTS, rescaled } from "./testing/emoji-image.ts";

const sessions = new StageSessions("cpu");
const host = openHost(sessions);
const folder = mkdtempSync(join(tmpdir(), "reneg-kept-"));
afterAll(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});

function programOf(changes: Partial<ImageProgramOptions>): Program {
  return emojiImage({ steps: 4, cacheInterval: 2 }, changes);
}

function open(program: Program) {
  const run = startWith(program, { sessions, host });
  const [sampler] = run.opened.samplersOf(DRAWN);
  if (sampler === undefined) throw new Error("the image is drawn by no sampler");
  return { run, sampler, texts: textsOf(run, run.opened.open(DRAWN, "image"), REQUESTS) };
}

test.each([
  ["a guided UNet", programOf({})],
  ["a UNet under a ControlNet", programOf({ controls: [CONTROL] })],
  ["a UNet under a ControlNet in guess mode", programOf({ controls: [CONTROL], guess: true })],
  ["a network of videos", programOf({ model: { path: "emoji:video", draws: "videos" }, at: { frames: 2 } })],
])("%s that goes on from its own features predicts what all of it predicts", async (_, program) => {
  const { run, sampler, texts } = open(program);
  const at = { index: 1, sample: imageNoise(3, elementCount(sampler.model.latent)), previous: undefined };
  const moment = { texts, parameters: new Map(), samplers: new Map([[sampler.ref, at]]) };
  for (const { predict } of [openSampler(run, sampler, 1), openPassingSampler(run, sampler, 1)]) {
    const whole = await predict(moment, null);
    const cached = await predict(moment, whole.features);
    expect(whole.features.size).toBe(2);
    expect(cached.features).toEqual(whole.features);
    expect(maximalDifference(cached.output, whole.output)).toBeLessThan(1e-5);
    const others = new Map([...whole.features].map(([name, numbers]) => [name, numbers.map((n) => 2 * n)]));
    expect(maximalDifference((await predict(moment, others)).output, whole.output)).toBeGreaterThan(0.01);
  }
});

test("rescaled guidance asks its halves no more than guidance does", () => {
  const flops = (program: Program): number[] => {
    const { run, sampler } = open(program);
    const { stages, cachedStages } = openSampler(run, sampler, 1);
    return [...stages, ...cachedStages].map((stage) => countFlops(sessions.prepare(stage.build()).graph));
  };
  expect(flops(rescaled(programOf({})))).toEqual(flops(programOf({})));
});

test("both halves of guidance share a session of whole passes, and one of cached ones that computes less than a seventh", () => {
  const { run, sampler } = open(programOf({}));
  const { stages, cachedStages, keptBytes } = openPassingSampler(run, sampler, 1);
  const [[whole, ...others], [cached, ...rest]] = [[...new Set(stages)], [...new Set(cachedStages)]];
  expect([others, rest]).toEqual([[], []]);
  const flops = (stage: Stage | undefined): number =>
    stage === undefined ? NaN : countFlops(sessions.prepare(stage.build()).graph);
  expect(flops(cached)).toBeLessThan(flops(whole) / 7);
  // Two halves of 64 channels, 16×16, in float32.
  expect(keptBytes).toBe(2 * 64 * 16 * 16 * 4);
});

test("an interval of 1 is the very graph that there is without one, and keeps nothing", () => {
  const stagesOf = (sampling: ImageProgramOptions["sampling"]) => {
    const { run, sampler } = open(programOf({ sampling }));
    const { stages, cachedStages, keptBytes } = openSampler(run, sampler, 1);
    return { stages, cachedStages, keptBytes };
  };
  const without = stagesOf({ steps: 4 });
  const one = stagesOf({ steps: 4, cacheInterval: 1 });
  expect(one.stages[0]).toBe(without.stages[0]);
  expect(one).toMatchObject({ cachedStages: [], keptBytes: 0 });
});

test("the whole network predicts at every so-many-th step", async () => {
  const { run, sampler, texts } = open(programOf({ sampling: { steps: 5, cacheInterval: 2 } }));
  const opened = openSampler(run, sampler, 1);
  const whole: number[] = [];
  await drawLatents([opened], REQUESTS, {
    texts,
    parameters: new Map(),
    onStep: (_, { index, isWhole }) => void (isWhole && whole.push(index)),
  });
  expect(whole).toEqual([0, 2, 4]);
});

test("an ONNX export, which gives no features, is refused at the sampler", () => {
  const exported = readOnnxModels().find(({ name }) => name === "onnx-unet-torchscript-17");
  if (exported === undefined) throw new Error("no such fixture");
  writeOnnxModel(exported, folder);
  const timeProjection = { ...emoji.timeProjection, width: 32 };
  const unet = { pipeline: { ...emoji, timeProjection, unet: openNetwork(folder, "unet") } };
  const { predict } = openCall(model, { unet }, { size: { height: 64, width: 64 } });
  const { run, sampler } = open(programOf({}));
  const opening = (cacheInterval: number) => () =>
    openPrediction(run, {
      batch: 1,
      sampler: { ...sampler, cacheInterval },
      given: new Set(),
      pass: "all",
      lower(lowering) {
        const sample = lowering.b.input("x", "float32", [1, 4, 16, 16]);
        const context = lowering.b.input("text", "float32", [1, 5, 32]);
        return predict(lowering, { sampler: sampler.ref, offset: 0, sample, timestepOf: Number }, { context });
      },
    });
  expect(opening(2)).toThrow(/ONNX export gives its result alone[^]*set Cache interval to 1/);
  expect(opening(1)).not.toThrow();
});
