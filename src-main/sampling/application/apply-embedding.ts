// Draws with a learned embedding on another model: the same prompt and seed without a negative, with a written one, and with the learned one.

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
import { drawFrames } from "./draw-frames.ts";
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
  const { request, target, settings, encoder, chunks, decoder, drawing } = application;
  const { unfinished, emit } = options;
  const { seed, guess } = request;
  const { eta, rescale, steps, guidance, sharedNoise, toldFps, betas } = settings;
  const { pipeline } = target;
  const controls = await readControls(request, target, settings.size);
  const config = predictionConfig(pipeline, schedulerConfigWith(pipeline, betas));
  const scheduler = createScheduler(settings.scheduler, config, steps, { eta, rescale });
  const positive = (await encoder.encode(request.prompt, readingOf(request), chunks)).data;
  const isSteered = request.columns.some((column) => column !== "none");
  const idle = isSteered ? checkDrawnNegative(guidance, { option: "--guidance" }) : [];
  for (const diagnostic of [...idle, ...checkAppliedTexts(application)]) await emit({ type: "warning", diagnostic });
  const negatives: Float32Array[] = [];
  for (const column of request.columns) {
    negatives.push(await negativeOf(column, application));
    for (const diagnostic of application.warnings.splice(0)) await emit({ type: "warning", diagnostic });
  }

  const key = drawingKey({ request, settings, target: target.name }, [
    ...negatives,
    ...controls.map(({ picture }) => picture),
  ]);
  const left = unfinished === undefined ? undefined : readUnfinished(unfinished, key);
  if (left !== undefined) await emit({ type: "note", message: `going on where ${unfinished} was left` });
  const finished = [...(left?.finished ?? [])];
  const report = options.progress(DRAWING, finished.length * steps + (left?.current?.step ?? 0));
  for (const [column, negative] of negatives.entries()) {
    if (column < finished.length) continue;
    const from = column === left?.finished.length ? left.current : undefined;
    const how = { positive, negative, guidance, seed, sharedNoise, controls, guess, toldFps };
    const latents = await drawFrames(drawing, scheduler, how, {
      from,
      onStep: async (current) => {
        if (unfinished !== undefined) saveUnfinished(unfinished, key, { finished, current });
        await report(column * steps + current.step, negatives.length * steps);
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

/** @returns [chunks · tokens, width] */
async function negativeOf(column: ApplyColumn, { encoder, chunks, request }: Application): Promise<Float32Array> {
  switch (column) {
    case "none":
      return (await encoder.encode("", readingOf(request), chunks)).data;
    case "written":
      return (await encoder.encode(request.written, readingOf(request), chunks)).data;
    case "learned": {
      const { data } = await encoder.load(request.embedding);
      if (chunks === 1) return data;
      return joinArrays([data, (await encoder.encode("", readingOf(request), chunks - 1)).data]);
    }
  }
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
