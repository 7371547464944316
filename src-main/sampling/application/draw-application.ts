// Draws with what was learned on another model: the same prompt and seed without a negative, with a written one, and with the learned embedding,
// LoRA or text encoder.

import type { Ref } from "../../common/program/program.ts";
import { DRAWING, type RunEvent } from "../../common/run-events.ts";
import { modelPath } from "../../models/embedded.ts";
import type { Picture } from "../../pictures/picture.ts";
import { decodeFrames } from "../decode-frames.ts";
import { textsOf } from "../draw-images.ts";
import { drawLatents, stepsDone } from "../draw-latents.ts";
import { drawingKey, readUnfinished, saveUnfinished } from "../unfinished-drawing.ts";
import type { Application } from "./open-application.ts";

export interface ApplyOptions {
  /** Where the drawing stands after each step; it goes on from there. Absent: nothing is kept. */
  readonly unfinished?: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** @param before what is done already when the phase begins */
  readonly progress: (phase: string, before?: number) => (done: number, total: number) => Promise<void>;
}

/** @returns frames by column */
export async function drawApplication(application: Application, options: ApplyOptions): Promise<Picture[][]> {
  const { run, request, columns } = application;
  const { emit, unfinished } = options;
  const requests = [request];
  const texts = textsOf(run, columns[0].decoder.image, requests);
  const parameters = new Map();
  const samplers = columns.map(({ sampler }) => sampler);
  for (const sampler of samplers) await sampler.prepare({ texts, parameters });
  const kept = unfinished === undefined ? undefined : { file: unfinished, key: applicationKey(application) };
  const left = kept && readUnfinished(kept.file, kept.key);
  if (left !== undefined) await emit({ type: "note", message: `going on where ${unfinished} was left` });
  const report = options.progress(DRAWING, left === undefined ? 0 : stepsDone(samplers, left));
  const latents = await drawLatents(samplers, requests, {
    texts,
    parameters,
    from: left,
    async onStepTaken(now, done, total) {
      if (kept !== undefined) saveUnfinished(kept.file, kept.key, now);
      await report(done, total);
    },
  });
  return decodeColumns(columns, latents, options.progress("decoding frames"));
}

/** Equal for what is drawn alike. Models, what was learned and images are known by their content. */
export function applicationKey({
  request,
  settings,
  target,
}: Pick<Application, "request" | "settings" | "target">): string {
  const { embedding, to, base, tokenizer, textEncoder, controls } = request;
  const models = [to, base, tokenizer, textEncoder, ...controls.map(({ controlnet }) => controlnet)];
  const files = [
    embedding,
    ...controls.map(({ picture }) => picture),
    ...models.flatMap((path) => (path === undefined ? [] : modelPath(path))),
  ];
  return drawingKey({ request, settings, target: target.name }, files);
}

async function decodeColumns(
  columns: Application["columns"],
  latents: ReadonlyMap<Ref, Float32Array>,
  report: (done: number, total: number) => Promise<void>,
): Promise<Picture[][]> {
  const total = columns.reduce((sum, { decoder }) => sum + decoder.image.frames, 0);
  const drawn: Picture[][] = [];
  for (const { decoder } of columns) {
    const before = drawn.flat().length;
    const finished = latents.get(decoder.sampler.ref);
    if (finished === undefined) throw new Error("a column was not drawn");
    drawn.push(await decodeFrames(decoder, finished, (done) => report(before + done, total)));
  }
  return drawn;
}
