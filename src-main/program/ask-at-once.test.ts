import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOnnxModels, writeOnnxModel } from "../../bench/parity/check-onnx.ts";
import { relativeError } from "../../bench/parity/compare.ts";
import type { Program } from "../common/program/program.ts";
import { elementCount, floatTensor } from "../common/tensor.ts";
import { countFlops } from "../compiler/cost.ts";
import type { Graph } from "../compiler/graph.ts";
import { optimize } from "../compiler/passes/optimize.ts";
import { emojiProgram } from "../learning/testing/emoji-program.ts";
import { openNetwork } from "../models/networks.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { imageNoise } from "../sampling/image-noise.ts";
import { openPrediction } from "../sampling/open-prediction.ts";
import { openRun } from "../sampling/open-run.ts";
import { CONTROL, emojiImage, rescaled } from "../sampling/testing/emoji-image.ts";
import { askAtOnce } from "./ask-at-once.ts";
import { model } from "./functions/model.ts";
import { lowerPrediction } from "./functions/sample.ts";
import { Lowering } from "./lowering.ts";
import { emoji, open } from "./testing/given-values.ts";

const sessions = new StageSessions("cpu");
const folder = mkdtempSync(join(tmpdir(), "at-once-"));
afterAll(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});

const TEXTS = ["a red apple", "rocket"];
const KEEPING = { steps: 4, cacheInterval: 2 };

/** What predicts for the sampler of a program: at once, and one by one. */
async function opened(program: Program, batch = TEXTS.length) {
  const run = await openRun(program, { device: "cpu", sessions });
  const sampler = [run.opened.open("sampler" in program.calls ? "sampler" : "latent.drawn", "latent")].find(
    (latent) => latent.kind === "sampler",
  );
  if (sampler === undefined) throw new Error("the program has no sampler");
  const of = (atOnce: boolean) =>
    openPrediction(run, {
      ...{ batch, sampler, given: new Set(), atOnce, pass: "all" },
      lower: (lowering) => lowerPrediction(lowering, sampler),
    });
  const sample = imageNoise(3, batch * elementCount(sampler.model.latent));
  const moment = {
    texts: new Map([["prompts", TEXTS.slice(0, batch)]]),
    parameters: await someValues(run.opened),
    samplers: new Map([[sampler.ref, { index: 1, sample, previous: undefined }]]),
  };
  return { atOnce: of(true), oneByOne: of(false), moment };
}

/** Only the last convolution of a UNet has as many channels as a latent. */
function countPasses({ nodes, values }: Graph): number {
  return nodes.filter(({ op, output }) => op === "Conv" && values.get(output)?.shape[1] === emoji.latentChannels)
    .length;
}

/** Numbers of every parameter, none of them 0. */
async function someValues({ program, parameter }: Awaited<ReturnType<typeof openRun>>["opened"]) {
  const refs = Object.values(program.updates).flatMap(({ parameters }) => parameters);
  const values = refs.map(async (ref) => {
    const tensors = Object.entries(await parameter(ref).initial()).map(([name, { shape, data }]) => {
      const moved = data.map((n, i) => n + 0.1 * Math.sin(i));
      return [name, floatTensor(shape, moved)] as const;
    });
    return [ref, Object.fromEntries(tensors)] as const;
  });
  return new Map(await Promise.all(values));
}

/** A LoRA in the model of both halves, or of that of the prompt alone. */
function withLora(halves: "both" | "positive"): Program {
  return emojiProgram({
    sampler: KEEPING,
    calls: {
      tuned: { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { id: "tuned", rank: 2 } },
      "unet.tuned": { fn: "model", inputs: { unet: "tuned" } },
      "cfg.positive": { fn: "predict", inputs: { model: "unet.tuned", conditioning: "encoder" } },
      "cfg.negative": {
        fn: "predict",
        inputs: { model: halves === "both" ? "unet.tuned" : "unet", conditioning: "negative" },
      },
    },
    updates: {
      optimizer: { objective: "reward", parameters: ["tuned", "negative"], settings: { steps: 1, batch: 2 } },
    },
  });
}

/** A negative that is mixed with the prompt of each image. */
const TWO_TEXTS = emojiProgram({
  sampler: KEEPING,
  calls: {
    mixed: {
      fn: "blend conditioning",
      inputs: { first: "encoder", second: "negative" },
      settings: { weight: 0.3 },
    },
    "cfg.negative": { fn: "predict", inputs: { model: "unet", conditioning: "mixed" } },
  },
});

const VIDEO = { model: { path: "emoji:video", draws: "videos" }, at: { frames: 2 } } as const;

test.each([
  ["guidance by one negative for all images", emojiProgram({ sampler: KEEPING }), 2],
  ["guidance by a negative of each image's own", TWO_TEXTS, 2],
  ["a LoRA in both halves", withLora("both"), 2],
  ["rescaled guidance, which asks for a half again", rescaled(emojiImage(KEEPING)), 1],
  ["guidance of one image", emojiImage(KEEPING), 1],
  ["a ControlNet, which steers each half by its text", emojiImage(KEEPING, { controls: [CONTROL] }), 1],
  ["guidance of a video", emojiImage(KEEPING, VIDEO), 1],
])("%s predicts the same from one pass of all halves", async (_, program, batch) => {
  const { atOnce, oneByOne, moment } = await opened(program, batch);
  const wanted = await oneByOne.predict(moment, null);
  const found = await atOnce.predict(moment, null);
  expect(relativeError(found.output, wanted.output)).toBeLessThan(1e-5);
  expect([...found.features.keys()]).toEqual([...wanted.features.keys()]);
  for (const [name, features] of found.features) {
    expect(relativeError(features, wanted.features.get(name) ?? [])).toBeLessThan(1e-5);
  }
  const later = { ...moment, samplers: new Map([...moment.samplers].map(([ref, at]) => [ref, { ...at, index: 2 }])) };
  const [cached, wantedCached] = [
    await atOnce.predict(later, found.features),
    await oneByOne.predict(later, wanted.features),
  ];
  expect(relativeError(cached.output, wantedCached.output)).toBeLessThan(1e-5);
  const graphs = [atOnce, oneByOne].map(({ stages }) => stages.map((stage) => stage.build()));
  const [flops = [], wantedFlops = []] = graphs.map((all) => all.map((graph) => countFlops(optimize(graph))));
  // What comes before the first text is read is computed once either way; what one context for all images becomes, here for each.
  expect(flops[0]).toBeLessThan(1.01 * (wantedFlops[0] ?? NaN));
  expect(graphs.map((all) => all.map(countPasses))).toEqual([[1], [2]]);
});

test.each([
  ["a LoRA in one half alone", withLora("positive"), 2],
  ["guess mode, in which one half alone is steered", emojiImage(KEEPING, { controls: [CONTROL], guess: true }), 1],
  [
    "texts of another length",
    emojiProgram({
      sampler: KEEPING,
      calls: {
        longer: { fn: "concat conditioning", inputs: { conditionings: ["encoder", "negative"] } },
        "cfg.positive": { fn: "predict", inputs: { model: "unet", conditioning: "longer" } },
      },
    }),
    2,
  ],
])("%s leaves every pass as it is", async (_, program, batch) => {
  const { atOnce, oneByOne } = await opened(program, batch);
  expect(atOnce.stages[0]).toBe(oneByOne.stages[0]);
  expect(atOnce.cachedStages[0]).toBe(oneByOne.cachedStages[0]);
});

test("an ONNX export, which may be made for a number of images, is asked one by one", () => {
  const exported = readOnnxModels().find(({ name }) => name === "onnx-unet-torchscript-17");
  if (exported === undefined) throw new Error("no such fixture");
  writeOnnxModel(exported, folder);
  const pipeline = {
    ...emoji,
    timeProjection: { ...emoji.timeProjection, width: 32 },
    unet: openNetwork(folder, "unet"),
  };
  const { predict } = open(model, { unet: { pipeline } }, { size: { height: 64, width: 64 } });
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "given" }) });
  const sample = lowering.b.input("x", "float32", [1, 4, 16, 16]);
  const predicted = (text: string) => {
    const context = lowering.b.input(text, "float32", [1, 5, 32]);
    return predict(lowering, { sampler: "s", offset: 0, sample, timestepOf: Number }, { context });
  };
  const results = { first: predicted("a"), second: predicted("b") };
  expect(askAtOnce(lowering, results)).toBe(results);
});
