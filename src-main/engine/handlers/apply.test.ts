import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readVideoFixture, writeOriginalFile } from "../../../bench/parity/check-video.ts";
import { writeNetwork } from "../../../bench/parity/write-network.ts";
import { applyInput } from "../../common/applying.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { floatTensor } from "../../common/tensor.ts";
import { refusalOfWork } from "../../common/testing/refusal-of.ts";
import { writeConditioning } from "../../embeddings/testing/write-conditioning.ts";
import { modelPath } from "../../models/embedded.ts";
import { openPipeline } from "../../models/pipeline.ts";
import { writePipeline } from "../../models/testing/write-pipeline.ts";
import { readPictureText, writePng } from "../../pictures/picture.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { apply } from "./apply.ts";

const root = mkdtempSync(join(tmpdir(), "apply-"));
const at = (name: string): string => join(root, name);
const { networks, files } = readVideoFixture();
const FOLDERS = new Set(["controlnet-sd1", "motion-v2", "motion-v3", "unet3d-model-scope"]);
const FILES = new Set(["controlnet-sd1.safetensors", "motion-v3.ckpt", "text2video_pytorch_model.pth"]);
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  writePipeline(at("sd"));
  for (const network of networks) if (FOLDERS.has(network.name)) writeNetwork(network, at(network.name));
  writeVideoUnet();
  for (const file of files) if (FILES.has(file.name)) writeOriginalFile(file, root);
  embedding("fits", 64);
  embedding("sd15", 768);
  embedding("t5", 4096, 120);
  const data = new Uint8Array(3 * 64 * 64).map((_, i) => (Math.floor(i / 3) % 64 < 32 ? 0 : 255));
  await writePng(at("halves.png"), { width: 64, height: 64, data });
});
afterAll(() => rmSync(root, { recursive: true }));

/** The fixture's video UNet, for the texts that the pipeline writes. */
function writeVideoUnet(): void {
  const found = networks.find(({ name }) => name === "unet3d-video-crafter");
  if (found === undefined) throw new Error("the fixture lacks its video UNet");
  const tensors = Object.entries(found.tensors).map(([name, shape]) => [
    name,
    shape[1] === 48 ? [shape[0] ?? 0, 64] : shape,
  ]);
  const config = { ...found.config, cross_attention_dim: 64 };
  writeNetwork({ ...found, config, tensors: Object.fromEntries(tensors) }, at("video"));
}

function embedding(name: string, width: number, tokens = 77): void {
  writeConditioning(at(`${name}.safetensors`), width, tokens);
}

function run(
  changes: object,
  signal = new AbortController().signal,
  onEvent: (event: RunEvent) => void = () => undefined,
) {
  const input = applyInput.parse({
    embedding: at("fits.safetensors"),
    prompt: "a cat",
    size: { width: 64, height: 64 },
    steps: 2,
    device: "cpu",
    ...changes,
  });
  return apply(input, { signal, emit: async (event) => onEvent(event as RunEvent) });
}

const refused = async (changes: object) => (await refusalOfWork(() => run(changes)))?.message;

test("a ControlNet steers three pictures side by side, and the PNG says how they were made", async () => {
  const common = { to: at("controlnet-sd1.safetensors"), base: at("sd") };
  const control = { picture: at("halves.png") };
  const result = await run({ ...common, controls: [control], out: at("steered.png") });
  expect(result).toMatchObject({
    columns: ["none", "written", "learned"],
    settings: { frames: 1, guidance: 7.5, betas: { schedule: "scaled_linear" } },
  });
  const { width, height } = await sharp(at("steered.png")).metadata();
  expect([width, height]).toEqual([3 * 64 + 2 * 4, 64]);
  const text = readPictureText(at("steered.png"));
  expect(text["parameters"]).toMatch(
    /a cat\nNegative prompt: blurry.*\nSteps: 2, Sampler: ddim, CFG scale: 7.5, Seed: 0/s,
  );
  expect(JSON.parse(text["reneg"] ?? "")).toMatchObject({
    prompt: "a cat",
    controls: [{ picture: "halves.png", kind: "canny", scale: 1 }],
    seed: 0,
  });
  // What steers, and how, counts.
  await run({ ...common, controls: [control], guess: true, out: at("guessed.png") });
  await run({ ...common, controls: [{ ...control, scale: 0 }], out: at("unsteered.png") });
  const pixels = await Promise.all(
    ["steered", "guessed", "unsteered"].map((name) =>
      sharp(at(`${name}.png`))
        .raw()
        .toBuffer(),
    ),
  );
  expect(new Set(pixels.map((buffer) => buffer.toString("base64"))).size).toBe(3);
});

test("several ControlNets steer together: what they add is summed", async () => {
  const picture = at("halves.png");
  const controlnet = at("controlnet-sd1.safetensors");
  const draw = async (name: string, changes: object): Promise<Buffer> => {
    await run({ to: at("sd"), columns: ["learned"], out: at(name), ...changes });
    return sharp(at(name)).raw().toBuffer();
  };
  const whole = await draw("whole-net.png", { controls: [{ controlnet, picture, scale: 0.8 }] });
  const halves = [
    { controlnet, picture, scale: 0.5 },
    { controlnet, picture, scale: 0.3 },
  ];
  const summed = await draw("two-halves.png", { controls: halves });
  const most = summed.reduce((max, value, i) => Math.max(max, Math.abs(value - (whole[i] ?? 0))), 0);
  expect(most).toBeLessThanOrEqual(1);
  // A ControlNet that is applied to counts as the first, and one besides changes the picture.
  const own = { to: controlnet, base: at("sd"), controls: [{ picture, scale: 0.8 }] };
  expect((await draw("own-net.png", own)).equals(whole)).toBe(true);
  const both = { ...own, controls: [...own.controls, { controlnet, picture, kind: "none", scale: 1 }] };
  expect((await draw("both-nets.png", both)).equals(whole)).toBe(false);
});

test("motion modules move a pipeline of pictures, into an animated WebP with its frames and times", async () => {
  const out = at("moved.webp");
  const result = await run({ to: at("motion-v3.ckpt"), base: at("sd"), frames: 3, fps: 10, columns: ["learned"], out });
  expect(result.settings).toMatchObject({ frames: 3, fps: 10, size: { width: 64, height: 64 } });
  const { pages, height, delay, exif } = await sharp(out).metadata();
  expect({ pages, height, delay }).toEqual({ pages: 3, height: 64, delay: [100, 100, 100] });
  expect(exif?.toString("latin1")).toContain("Negatives: learned");
  await run({ to: at("motion-v3.ckpt"), base: at("sd"), frames: 2, columns: ["learned"], out: at("moved.gif") });
  expect((await sharp(at("moved.gif")).metadata()).pages).toBe(2);
  expect(readFileSync(at("moved.gif")).toString("latin1")).toContain("Negatives: learned");
});

test("a video UNet borrows text encoder and autoencoder, and adds noise at each step as VideoCrafter does", async () => {
  const common = { to: at("video"), base: at("sd"), frames: 2, columns: ["learned"] };
  const result = await run({ ...common, out: at("frames") });
  expect(result.settings).toMatchObject({ frames: 2, fps: 10, guidance: 12, eta: 1, rescale: 0.7, toldFps: 28 });
  expect(readdirSync(at("frames"))).toEqual(["0001.png", "0002.png"]);
  await run({ ...common, out: at("again") });
  await run({ ...common, eta: 0, out: at("without") });
  const frame = (folder: string) =>
    sharp(join(at(folder), "0001.png"))
      .raw()
      .toBuffer();
  expect((await frame("again")).equals(await frame("frames"))).toBe(true);
  expect((await frame("without")).equals(await frame("frames"))).toBe(false);
});

test.each([1, 3])(
  "a drawing that is stopped goes on where it was, to the same picture, at a cache interval of %i",
  async (cacheInterval) => {
    const common = {
      to: at("controlnet-sd1"),
      base: at("sd"),
      controls: [{ picture: at("halves.png") }],
      steps: 3,
      cacheInterval,
      columns: ["none", "learned"],
    };
    await run({ ...common, out: at("whole.png") });
    const abort = new AbortController();
    const stopped = run({ ...common, out: at("stopped.png") }, abort.signal, (event) => {
      if (event.type === "progress" && event.phase === "drawing" && event.done === 4) abort.abort();
    });
    await expect(stopped).rejects.toThrow(/stopped on request.*\n.*stopped\.png\.unfinished/);
    expect(existsSync(at("stopped.png.unfinished"))).toBe(true);
    const steps: number[] = [];
    await run({ ...common, out: at("stopped.png") }, undefined, (event) => {
      if (event.type === "progress" && event.phase === "drawing") steps.push(event.done);
    });
    expect(steps).toEqual([5, 6]);
    expect(existsSync(at("stopped.png.unfinished"))).toBe(false);
    const pixels = (name: string) => sharp(at(name)).raw().toBuffer();
    expect((await pixels("stopped.png")).equals(await pixels("whole.png"))).toBe(true);
  },
);

test("a drawing into the folder of its model that is stopped goes on where it was, though its README was edited meanwhile", async () => {
  cpSync(at("sd"), at("drawn-into"), { recursive: true });
  const common = { to: at("drawn-into"), out: at("drawn-into/apple.png"), steps: 3, columns: ["learned"] };
  const abort = new AbortController();
  const stopped = run(common, abort.signal, (event) => {
    if (event.type === "progress" && event.phase === "drawing" && event.done === 2) abort.abort();
  });
  await expect(stopped).rejects.toThrow(/stopped on request/);
  writeFileSync(at("drawn-into/README.md"), "from elsewhere");
  const steps: number[] = [];
  await run(common, undefined, (event) => {
    if (event.type === "progress" && event.phase === "drawing") steps.push(event.done);
  });
  expect(steps).toEqual([3]);
});

/** A LoRA of one layer of the embedded pipeline, in kohya's names. @param up what B holds */
async function lora(name: string, up: number): Promise<string> {
  const layer = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v";
  const [out = 0, width = 0] = openPipeline(modelPath("emoji")).unet.weights.get(`${layer}.weight`)?.shape ?? [];
  const key = `lora_unet_${layer.replaceAll(".", "_")}`;
  const filled = (shape: readonly number[], value: number) =>
    floatTensor(shape, new Float32Array((shape[0] ?? 0) * (shape[1] ?? 0)).fill(value));
  const file = at(`${name}.safetensors`);
  writeSafetensors(file, {
    [`${key}.lora_down.weight`]: filled([1, width], 0.1),
    [`${key}.lora_up.weight`]: filled([out, 1], up),
    [`${key}.alpha`]: floatTensor([], Float32Array.of(1)),
  });
  return file;
}

test("a LoRA is drawn with in the column of what was learned, and one that changes nothing draws as the model without it", async () => {
  const columnsWith = async (file: string) => {
    const asked = {
      embedding: file,
      to: "emoji",
      base: undefined,
      columns: ["none", "learned"],
      steps: 2,
      size: undefined,
    };
    const { data, info } = await sharp((await run({ ...asked, out: `${file}.png` })).file)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const row = (from: number) => data.subarray(from * info.channels, (from + 64) * info.channels);
    const middle = Math.floor(info.height / 2) * info.width;
    return { none: row(middle), learned: row(middle + info.width - 64) };
  };
  const idle = await columnsWith(await lora("idle", 0));
  expect(idle.learned).toEqual(idle.none);
  const acting = await columnsWith(await lora("acting", 3));
  expect(acting.none).toEqual(idle.none);
  expect(acting.learned).not.toEqual(acting.none);
});

test("a LoRA of layers that the model does not have is refused before anything runs", async () => {
  await expect(run({ embedding: await lora("stranger", 0), to: at("sd"), out: at("stranger.png") })).rejects.toThrow(
    /of no layer of|does not fit|but/,
  );
});

test("an embedding of another width is refused before anything runs", async () => {
  const message = await refused({
    embedding: at("sd15.safetensors"),
    to: at("motion-v3"),
    base: at("sd"),
    out: at("x.webp"),
  });
  expect(message).toMatch(/CLIP ViT-L\/14 \(77×768\)/);
  expect(await refused({ embedding: at("t5.safetensors"), to: at("sd"), out: at("x.webp") })).toMatch(
    /T5-v1.1-XXL \(120×4096\).*PixArt-alpha and LTX-Video, which this program cannot run/s,
  );
});

test.each([
  [
    "a ControlNet without a base",
    { to: "controlnet-sd1" },
    /ControlNet steers a pipeline of pictures, and none is named/,
  ],
  ["a ControlNet without a picture", { to: "controlnet-sd1", base: "sd" }, /needs a picture that steers/],
  [
    "a video UNet of other texts",
    { to: "unet3d-model-scope", base: "sd" },
    /reads texts of width 48.*writes width 64/s,
  ],
  ["a video UNet alone", { to: "text2video_pytorch_model.pth" }, /a video UNet alone, without text encoder/],
  [
    "a picture without a ControlNet",
    { to: "sd", controls: [{ picture: "x.png" }] },
    /has no ControlNet that a picture could steer/,
  ],
  [
    "a ControlNet on a video model",
    { to: "motion-v3", base: "sd", controls: [{ controlnet: at("controlnet-sd1"), picture: "x.png" }] },
    /draws videos, and ControlNets steer only pictures/,
  ],
  [
    "something else as a ControlNet",
    { to: "sd", controls: [{ controlnet: at("motion-v3"), picture: "x.png" }] },
    /this is no ControlNet/,
  ],
  ["more frames than the modules know", { to: "motion-v2", base: "sd", frames: 40 }, /know 32 frames, and not 40/],
  ["a model that is not there", { to: "none" }, /no such file or folder[^]*emoji:video/],
  [
    "a picture that is not there",
    { to: "controlnet-sd1", base: "sd", controls: [{ picture: at("none.png") }] },
    /no such file[^]*none\.png/,
  ],
  ["an odd size", { to: "sd", size: { width: 60, height: 64 } }, /60 is no multiple of 8/],
])("%s is refused, with the way out", async (_, { to, ...changes }, pattern) => {
  const base = "base" in changes ? { base: at(String(changes.base)) } : {};
  expect(await refused({ ...changes, ...base, to: at(to), out: at("x.webp") })).toMatch(pattern);
});

test("formats that cannot be written are refused, and others are named", async () => {
  expect(await refused({ to: at("sd"), out: at("x.avi") })).toMatch(/nothing is known of the format .avi.*\.webp/s);
});
