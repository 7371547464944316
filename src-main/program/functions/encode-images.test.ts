import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import { openNetwork } from "../../models/networks.ts";
import { fromNetwork, toNetwork, readPicture, writePng } from "../../pictures/picture.ts";
import { emoji, infer, open, typed } from "../testing/given-values.ts";
import { patternTensor, relativeError, runGraph, runLowered } from "../testing/run-lowered.ts";
import { encodeImages } from "./encode-images.ts";
import { sample } from "./sample.ts";

const SIZE = { height: 32, width: 24 };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-encode-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function writeImage(name: string, offset: number): Promise<string> {
  const file = join(folder, name);
  await writePng(file, fromNetwork(patternTensor([3, SIZE.height, SIZE.width], offset).data, SIZE.height, SIZE.width));
  return file;
}

/** The mean of what the encoder says, as the UNet knows it. */
async function latentOf(file: string) {
  const b = new GraphBuilder();
  const shape = [1, 3, SIZE.height, SIZE.width];
  const moments = openNetwork(emoji.path, "vae_encoder").build(b, { sample: b.input("sample", "float32", shape) });
  for (const [name, value] of Object.entries(moments)) b.output(name, value);
  const { latent_parameters: found } = await runGraph(b, {
    sample: floatTensor(shape, toNetwork(await readPicture(file))),
  });
  const count = (found?.data.length ?? 0) / 2;
  return (found?.data ?? new Float32Array()).slice(0, count).map((n) => n * emoji.vaeScaling);
}

test("the images of a folder are encoded in the order of their names, and begin anew after the last", async () => {
  const [second, first] = [await writeImage("b.png", 30), await writeImage("a.png", 0)];
  const latents = open(encodeImages, { vae: { pipeline: emoji } }, { source: folder, size: SIZE });
  if (latents.kind !== "images") throw new Error("images are no sampler");
  expect(latents.model.latent).toEqual([4, 32 / emoji.vaeFactor, 24 / emoji.vaeFactor]);
  const { out } = await runLowered(
    (lowering) => ({ out: lowering.b.scale(latents.lower(lowering), 2) }),
    {},
    { batch: 3 },
  );
  const [a, b] = [await latentOf(first), await latentOf(second)];
  const doubled = [...a, ...b, ...a].map((n) => 2 * n);
  expect(relativeError(out, floatTensor(out?.shape ?? [], doubled))).toBeLessThan(1e-5);
  expect(await latents.encoded(3)).toEqual(await latents.encoded(1));
});

test("a folder without images, and a file that is not there, are refused", () => {
  const from = (source: string) => () => open(encodeImages, { vae: { pipeline: emoji } }, { source, size: SIZE });
  expect(from(folder)).toThrow(/there is no image in this folder/);
  expect(from(join(folder, "absent.png"))).toThrow(/absent\.png/);
});

test("the gradient is taken in steps that the sampler takes: a weak start leaves it fewer", () => {
  const inputs = { prediction: typed("p", "prediction"), start: typed("l", "latent") };
  const faults = (strength: number, gradient: object, start = inputs.start) =>
    infer(sample, { prediction: inputs.prediction, start }, { steps: 20, strength, gradient: gradient as never })
      .faults;
  expect(faults(0.25, { kind: "unrolled", steps: 6 })).toEqual(["sampler-gradient gradient.steps"]);
  expect(faults(0.25, { kind: "unrolled", steps: 5 })).toEqual([]);
  expect(faults(0.25, { kind: "foreseen", last: 6 })).toEqual(["recipe-steps gradient.last"]);
  const alone = infer(sample, { ...inputs, start: undefined }, { steps: 20, strength: 0.5 });
  expect(alone.faults).toEqual(["warning sampler-strength strength"]);
});
