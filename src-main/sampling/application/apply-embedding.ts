// Draws with what was learned on another model: the same prompt and seed without a negative, with a written one, and with the learned embedding
// or LoRA.

import { statSync } from "node:fs";
import type { ApplyColumn } from "../../common/applying.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { joinArrays } from "../../common/join-arrays.ts";
import { DRAWING, type RunEvent } from "../../common/run-events.ts";
import { createScheduler } from "../../diffusion/create-scheduler.ts";
import type { Target } from "../../models/target/open-target.ts";
import { fromNetwork, type Picture } from "../../pictures/picture.ts";
import type { Host } from "../../program/host.ts";
import { checkDrawnNegative } from "../check-guidance.ts";
import { checkDrawnTexts } from "../check-texts.ts";
import { predictionConfig } from "../open-scheduler.ts";
import { type Drawing, drawFrames } from "./draw-frames.ts";
import type { FrameDecoder } from "./frame-decoder.ts";
import { type Application, readingOf } from "./open-application.ts";
import { readControls } from "./read-controls.ts";
import { schedulerConfigWith } from "./resolve-drawing.ts";
import { drawingKey, readUnfinished, saveUnfinished } from "./unfinished-drawing.ts";

export interface ApplyOptions {
  /** Where the drawing stands after each step; it goes on from there. Absent: nothing is kept. */
  readonly unfinished?: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** @param before what is done already when the phase begins */
  readonly progress: (phase: string, before?: number) => (done: number, total: number) => Promise<void>;
}

/** @returns frames by column */
export async function drawApplication(application: Application, options: ApplyOptions): Promise<Picture[][]> {
  const { request, target, settings, decoder } = application;
  const { unfinished, emit } = options;
  const { seed, guess } = request;
  const { eta, rescale, steps, guidance, sharedNoise, toldFps, betas } = settings;
  const { pipeline } = target;
  const controls = await readControls(request, target, settings.size);
  const config = predictionConfig(pipeline, schedulerConfigWith(pipeline, betas));
  const scheduler = createScheduler(settings.scheduler, config, steps, { eta, rescale });
  const isSteered = request.columns.some((column) => column !== "none");
  const idle = isSteered ? checkDrawnNegative(guidance, { option: "--guidance" }) : [];
  for (const diagnostic of [...idle, ...checkAppliedTexts(application)]) await emit({ type: "warning", diagnostic });
  const columns: DrawnColumn[] = [];
  for (const column of request.columns) {
    columns.push(await drawnColumn(column, application));
    for (const diagnostic of application.warnings.splice(0)) await emit({ type: "warning", diagnostic });
  }

  const key = drawingKey({ request, settings, target: target.name, written: writtenAt(request.embedding) }, [
    ...columns.map(({ negative }) => negative),
    ...controls.map(({ picture }) => picture),
  ]);
  const left = unfinished === undefined ? undefined : readUnfinished(unfinished, key);
  if (left !== undefined) await emit({ type: "note", message: `going on where ${unfinished} was left` });
  const finished = [...(left?.finished ?? [])];
  const report = options.progress(DRAWING, finished.length * steps + (left?.current?.step ?? 0));
  for (const [column, { drawing, positive, negative }] of columns.entries()) {
    if (column < finished.length) continue;
    const from = column === left?.finished.length ? left.current : undefined;
    const how = { positive, negative, guidance, seed, sharedNoise, controls, guess, toldFps };
    const latents = await drawFrames(drawing, scheduler, how, {
      from,
      onStep: async (current) => {
        if (unfinished !== undefined) saveUnfinished(unfinished, key, { finished, current });
        await report(column * steps + current.step, columns.length * steps);
      },
    });
    finished.push(latents);
  }
  return decodeColumns(target, decoder, finished, settings.frames, options.progress("decoding frames"));
}

/** @returns warnings of what the text encoder does not get to read */
export function checkAppliedTexts({
  encoder,
  chunks,
  request,
  target,
}: Pick<Application, "encoder" | "chunks" | "request" | "target">): Diagnostic[] {
  const { prompt, written, columns } = request;
  const negatives = columns.includes("written") ? [written] : [];
  const host: Pick<Host, "readText"> = { readText: (_, ...how) => encoder.read(...how) };
  const read = { pipeline: target.pipeline, reading: readingOf(request), chunks, isFixed: false };
  return [
    ...checkDrawnTexts(host, read, { what: "prompt", texts: [prompt], at: { option: "--prompt" } }),
    ...checkDrawnTexts(host, read, { what: "negative", texts: negatives, at: { option: "--written" } }),
  ];
}

interface DrawnColumn {
  readonly drawing: Drawing;
  /** [chunks · tokens, width] */
  readonly positive: Float32Array;
  readonly negative: Float32Array;
}

async function drawnColumn(column: ApplyColumn, application: Application): Promise<DrawnColumn> {
  const { chunks, request, learned } = application;
  const { encoder, drawing } = column === "learned" ? learned : application;
  const encode = async (text: string, count = chunks): Promise<Float32Array> =>
    (await encoder.encode(text, readingOf(request), count)).data;
  const isText = column !== "learned" || drawing !== application.drawing;
  const positive = await encode(request.prompt);
  // A LoRA is drawn with no negative.
  if (isText) return { drawing, positive, negative: await encode(column === "written" ? request.written : "") };
  const { data } = await encoder.load(request.embedding);
  return { drawing, positive, negative: chunks === 1 ? data : joinArrays([data, await encode("", chunks - 1)]) };
}

/** When the file was written: a drawing goes on with the same alone. */
function writtenAt(file: string): number {
  return statSync(file).mtimeMs;
}

/** A few frames at a time, so that the autoencoder needs no more memory than the network that drew them. */
async function decodeColumns(
  { pipeline }: Target,
  { batch: count, size, decode }: FrameDecoder,
  columns: readonly Float32Array[],
  frames: number,
  report: (done: number, total: number) => Promise<void>,
): Promise<Picture[][]> {
  const [height, width] = [size.height * pipeline.vaeFactor, size.width * pipeline.vaeFactor];
  const latents = columns.flatMap((column) => splitFrames(column, frames, pipeline.latentChannels));
  const length = pipeline.latentChannels * size.height * size.width;
  const pictures: Picture[] = [];
  while (pictures.length < latents.length) {
    const part = latents.slice(pictures.length, pictures.length + count);
    const batch = new Float32Array(count * length);
    for (const [i, latent] of part.entries()) batch.set(latent, i * length);
    const images = await decode(batch);
    for (const i of part.keys()) {
      const area = 3 * height * width;
      pictures.push(fromNetwork(images.subarray(i * area, (i + 1) * area), height, width));
    }
    await report(pictures.length, latents.length);
  }
  return columns.map((_, i) => pictures.slice(i * frames, (i + 1) * frames));
}

/** Latents [channels, frames, height, width] as those of each frame, [channels, height, width]. */
function splitFrames(latents: Float32Array, frames: number, channels: number): Float32Array[] {
  const area = latents.length / (channels * frames);
  return Array.from({ length: frames }, (_, frame) => {
    const out = new Float32Array(channels * area);
    for (let c = 0; c < channels; c++) {
      const start = (c * frames + frame) * area;
      out.set(latents.subarray(start, start + area), c * area);
    }
    return out;
  });
}
