import { expect, test } from "vitest";
import { openVideoModel } from "../../models/target/open-target.ts";
import { Lowering } from "../lowering.ts";
import { emoji, host, open } from "../testing/given-values.ts";
import { decode } from "./decode.ts";
import { model } from "./model.ts";
import { predict } from "./predict.ts";
import { sample } from "./sample.ts";
import { videoModel, videoTextEncoder, videoUnet, videoVae } from "./video-model.ts";

const video = open(videoModel, {}, { path: "emoji:video" });
const unet = open(videoUnet, { model: video }, {});
const encoder = open(videoTextEncoder, { model: video }, {}, "encoder");

test("a video model has the parts of a pipeline, and draws latents of frames", () => {
  expect(encoder.pipeline.space.id).toBe(emoji.space.id);
  expect(open(videoVae, { model: video }, {}).pipeline).toBe(video.pipeline);
  const { latent, frames } = open(model, { unet }, { size: { height: 32, width: 64 }, frames: 5 });
  expect({ latent, frames }).toEqual({ latent: [4, 5, 8, 16], frames: 5 });
});

test("what draws images has no frames, and no parts of a video model", () => {
  expect(() => open(model, { unet: { pipeline: emoji } }, { frames: 2 })).toThrow(/draws images, and not 2 frames/);
  expect(() => open(videoModel, {}, { path: "emoji" })).toThrow(/this draws pictures, not videos/);
  expect(() => openVideoModel("emoji:controlnet", {})).toThrow(/this draws pictures, not videos/);
});

test("a video is predicted as a whole, and decoded to its frames", () => {
  const of = open(model, { unet }, { frames: 3 });
  const space = video.pipeline.space;
  const conditioning = {
    space,
    prompts: null,
    lower: (lowering: Lowering) => ({
      context: lowering.b.input("context", "float32", [1, space.tokens, space.width]),
    }),
  };
  const prediction = open(predict, { model: of, conditioning }, {}, "prediction");
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "given" }) });
  const value = lowering.b.input("sample", "float32", [1, ...of.latent]);
  const point = { sampler: "sampler", offset: 0, sample: value, timestepOf: () => 400 };
  expect(prediction.lower(lowering, point).shape).toEqual([1, ...of.latent]);
  expect(lowering.networks.map(({ name }) => name)).toEqual(["video unet"]);
  const latent = open(sample, { prediction, start: undefined }, { steps: 20 });
  const image = open(decode, { vae: open(videoVae, { model: video }, {}), latent }, {});
  expect(image.frames).toBe(3);
  expect(host.scheduler(video.pipeline, "ddim", 4).timesteps).toHaveLength(4);
});
