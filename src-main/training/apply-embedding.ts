// Applies a learned embedding to a target: the same prompt and seed without a negative, with a written one, and with the learned one.

import { resolve } from "node:path";
import type { ApplyColumn, ApplyInput } from "../common/applying.ts";
import { Refusal, refuse, type Diagnostic } from "../common/diagnostic.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Negative } from "../common/sampling.ts";
import { createScheduler } from "../diffusion/create-scheduler.ts";
import { parseSchedulerConfig } from "../diffusion/scheduler-config.ts";
import type { Target } from "../models/target/open-target.ts";
import { prepareGraph } from "../runtime/graph-session.ts";
import { cannyEdges } from "./canny.ts";
import { checkEmbeddingShape } from "./check-embedding-fits.ts";
import { drawFrames, openDrawing, type Control, type Drawing } from "./draw-frames.ts";
import { readEmbeddingFile } from "./embedding-file.ts";
import { filmWriterOf } from "./film-file.ts";
import { decodeLatents, encodeText, openGenerator, type Generator } from "./generator.ts";
import { loadNegative } from "./load-negative.ts";
import { predictionConfig } from "./open-scheduler.ts";
import { fromNetwork, readPicture, resizePicture, toNetwork, type Picture } from "./picture.ts";
import { Residency } from "./residency.ts";
import { sideBySide } from "./side-by-side.ts";
import type { StageSessions } from "./stage-sessions.ts";
import { drawingKey, readUnfinished, removeUnfinished, saveUnfinished } from "./unfinished-drawing.ts";

export interface ApplyOptions {
  readonly sessions: StageSessions;
  /** Bytes that may be used. */
  readonly budget: number;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly progress: (phase: string) => (done: number, total: number) => Promise<void>;
}

export interface Applied {
  readonly file: string;
  readonly settings: Settings;
  /** Bytes foreseen. */
  readonly memory: number;
}

type Settings = ReturnType<typeof settle>;

/** @throws Refusal before anything runs if the embedding does not fit, or the drawing does not fit into memory */
export async function applyEmbedding(input: ApplyInput, target: Target, options: ApplyOptions): Promise<Applied> {
  const { sessions, emit } = options;
  refuseMisfit(input, target);
  const settings = settle(input, target);
  const write = filmWriterOf(input.out, settings.frames);
  const { pipeline } = target;
  const generator = openGenerator(pipeline, sessions, 1, settings.size);
  const drawing = openDrawing(target, { ...generator.size, frames: settings.frames }, sessions);
  const memory = foreseeMemory(drawing, generator, options.budget);
  const control = await readControl(input, target, settings.size);

  const config = predictionConfig(pipeline, parseSchedulerConfig(pipeline.scheduler.text, pipeline.scheduler.file));
  const { eta, rescale, steps, guidance } = settings;
  const scheduler = createScheduler(settings.scheduler, config, steps, { eta, rescale });
  const positive = await encodeText(generator, input.prompt);
  const negatives: Float32Array[] = [];
  for (const column of input.columns) {
    const { embedding, warnings } = await loadNegative(generator, negativeOf(column, input));
    for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
    negatives.push(embedding);
  }

  const partial = `${resolve(input.out).replace(/[/\\]$/, "")}.unfinished`;
  const { out: _out, device: _device, ...asked } = input;
  const key = drawingKey({ asked, settings, target: target.name }, negatives);
  const left = readUnfinished(partial, key);
  if (left !== undefined) await emit({ type: "note", message: `going on where ${partial} was left` });
  const finished = [...(left?.finished ?? [])];
  const report = options.progress("drawing");
  for (const [column, negative] of negatives.entries()) {
    if (column < finished.length) continue;
    const from = column === left?.finished.length ? left.current : undefined;
    const request = { positive, negative, guidance, seed: input.seed, control };
    const latents = await drawFrames(drawing, scheduler, request, {
      from,
      onStep: async (current) => {
        saveUnfinished(partial, key, { finished, current });
        await report(column * steps + current.step, negatives.length * steps);
      },
    });
    finished.push(latents);
  }
  const frames = await decodeColumns(generator, finished, settings.frames, options.progress("decoding frames"));
  const recipe = JSON.stringify({ ...asked, settings, target: target.name });
  await write(input.out, { frames, fps: settings.fps, parameters: describe(input, target, settings), recipe });
  removeUnfinished(partial);
  return { file: resolve(input.out), settings, memory };
}

function refuseMisfit({ embedding }: ApplyInput, { name, pipeline }: Target): void {
  const file = readEmbeddingFile(embedding);
  // Word vectors go through the text encoder, which tells whether they fit.
  if (file.kind !== "tokens") checkEmbeddingShape(file, { name, space: pipeline.space });
}

function settle(input: ApplyInput, { settings, pipeline, draws, name }: Target) {
  const size = input.size ?? settings.size ?? pipeline.defaultSize;
  const scheduler = input.scheduler ?? settings.scheduler;
  // What belongs to DDIM falls away with it.
  const published = scheduler === settings.scheduler ? settings : { eta: 0, rescale: 1 };
  const frames = input.frames ?? settings.frames;
  if (draws === "pictures" && frames > 1) {
    refuse({
      code: "frames-of-picture",
      at: { option: "--frames" },
      message: `${name} draws pictures, and not ${frames} frames`,
      help: "leave --frames out, or name a video model",
    });
  }
  for (const side of [size.width, size.height]) {
    if (side % pipeline.vaeFactor === 0) continue;
    refuse({
      code: "size-step",
      at: { option: "--size" },
      message: `${size.width}×${size.height}: ${side} is no multiple of ${pipeline.vaeFactor}`,
      help: `the sides of what ${name} draws are multiples of ${pipeline.vaeFactor}`,
    });
  }
  return {
    size: { width: size.width, height: size.height },
    frames,
    fps: input.fps ?? settings.fps,
    steps: input.steps ?? settings.steps,
    guidance: input.guidance ?? settings.guidance,
    scheduler,
    eta: input.eta ?? published.eta,
    rescale: published.rescale,
  };
}

/** Each stage alone must fit; what else is loaded goes when room is needed. */
function foreseeMemory({ stages, size }: Drawing, generator: Generator, budget: number): number {
  const all = [
    generator.stages.textEncoder,
    ...(stages.steering ? [stages.steering] : []),
    stages.prediction,
    generator.stages.decoder,
  ];
  const peaks = all.map((stage) => {
    const alone = new Residency<string>(budget);
    alone.admit(stage.name, prepareGraph(stage.build()).memory);
    return { name: stage.name, peak: alone.peak };
  });
  const faults = peaks.flatMap(({ name, peak }): Diagnostic[] =>
    peak <= budget
      ? []
      : [
          {
            severity: "error",
            code: "memory-short",
            at: { stage: name },
            message: `${size.frames === 1 ? "this" : `${size.frames} frames`} would need ${gigabytes(peak)} of memory, but ${gigabytes(budget)} may be used`,
            help: `ask for ${size.frames === 1 ? "" : "fewer --frames or "}a smaller --size, or close other programs`,
          },
        ],
  );
  if (faults.length > 0) throw new Refusal(faults);
  return Math.max(...peaks.map(({ peak }) => peak));
}

async function readControl(
  { control, controlKind, controlScale: scale, guess }: ApplyInput,
  { controlnet, name }: Target,
  { width, height }: Settings["size"],
): Promise<Control | null> {
  if (controlnet === null && control === undefined) return null;
  if (controlnet === null || control === undefined) {
    return refuse({
      code: "control-picture",
      at: { option: "--control" },
      message:
        control === undefined
          ? `${name} needs a picture that steers`
          : `${name} has no ControlNet that a picture could steer`,
      help:
        control === undefined
          ? "name it: `--control picture.png`"
          : "give a ControlNet as --to and the model as --base, or leave --control out",
    });
  }
  const picture = await resizePicture(await readPicture(control), width, height);
  const seen = controlKind === "canny" ? cannyEdges(picture) : picture;
  return { picture: toNetwork(seen).map((value) => (value + 1) / 2), scale, guess };
}

function negativeOf(column: ApplyColumn, { written, embedding }: ApplyInput): Negative {
  switch (column) {
    case "none":
      return { kind: "none" };
    case "written":
      return { kind: "text", text: written };
    case "learned":
      return { kind: "embedding", file: embedding };
  }
}

/** Frame by frame, so that the autoencoder needs the memory of one picture. */
async function decodeColumns(
  generator: Generator,
  columns: readonly Float32Array[],
  frames: number,
  report: (done: number, total: number) => Promise<void>,
): Promise<Picture[]> {
  const { pipeline, size } = generator;
  const { vaeFactor: factor, latentChannels } = pipeline;
  const rows: Picture[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const pictures: Picture[] = [];
    for (const [i, latents] of columns.entries()) {
      const image = await decodeLatents(generator, latentsOfFrame(latents, frame, frames, latentChannels));
      pictures.push(fromNetwork(image, size.height * factor, size.width * factor));
      await report(frame * columns.length + i + 1, frames * columns.length);
    }
    rows.push(sideBySide(pictures));
  }
  return rows;
}

/** Of latents [channels, frames, height, width]: [channels, height, width]. */
function latentsOfFrame(latents: Float32Array, frame: number, frames: number, channels: number): Float32Array {
  const area = latents.length / (channels * frames);
  const out = new Float32Array(channels * area);
  for (let c = 0; c < channels; c++) {
    const start = (c * frames + frame) * area;
    out.set(latents.subarray(start, start + area), c * area);
  }
  return out;
}

function describe({ prompt, columns, seed, written }: ApplyInput, { name }: Target, settings: Settings): string {
  const { steps, scheduler, guidance, size, frames, fps } = settings;
  const shown = columns.join(" | ");
  const line = `Steps: ${steps}, Sampler: ${scheduler}, CFG scale: ${guidance}, Seed: ${seed}, Size: ${size.width}x${size.height}, Frames: ${frames}, FPS: ${fps}, Model: ${name}, Negatives: ${shown}`;
  return [prompt, `Negative prompt: ${written}`, line].join("\n");
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
