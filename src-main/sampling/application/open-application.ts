// An application of a learned embedding or LoRA, opened and checked: does the embedding fit, can the target draw what is asked, is there memory?

import type { ApplyRequest, DrawingSettings } from "../../common/applying.ts";
import { counted } from "../../common/counted.ts";
import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";
import type { TextReading } from "../../common/text-reading.ts";
import { leastMemory, type MemoryEstimate } from "../../compiler/memory.ts";
import { checkEmbeddingShape } from "../../embeddings/check-embedding-fits.ts";
import { readEmbeddingFile } from "../../embeddings/embedding-file.ts";
import { isLora } from "../../models/lora/is-lora.ts";
import { pipelineWithLora } from "../../models/lora/loaded-lora.ts";
import { type LoraFile, readLora } from "../../models/lora/read-lora.ts";
import type { Pipeline } from "../../models/pipeline.ts";
import type { Target } from "../../models/target/open-target.ts";
import { prepareGraph } from "../../runtime/graph-session.ts";
import { Residency } from "../../runtime/residency.ts";
import type { Stage, StageSessions } from "../../runtime/stage-sessions.ts";
import { openTextEncoder, type TextEncoder } from "../text-encoder.ts";
import { openDrawing, type Drawing } from "./draw-frames.ts";
import { type FrameDecoder, openFrameDecoder } from "./frame-decoder.ts";
import { checkControls } from "./read-controls.ts";
import { resolveDrawing } from "./resolve-drawing.ts";

export interface Application {
  readonly request: ApplyRequest;
  readonly target: Target;
  readonly settings: DrawingSettings;
  readonly encoder: TextEncoder;
  /** What draws the column of what was learned: of an embedding the same, of a LoRA the model with it. */
  readonly learned: Pick<Application, "encoder" | "drawing">;
  /** Contexts of a text behind one another: shorter ones are filled up by the null text. */
  readonly chunks: number;
  /** Of embeddings that were loaded, and not told yet. */
  readonly warnings: Diagnostic[];
  readonly decoder: FrameDecoder;
  readonly drawing: Drawing;
  /** Bytes foreseen. */
  readonly memory: number;
}

export interface OpenApplicationOptions {
  readonly sessions: StageSessions;
  /** Bytes that may be used. */
  readonly budget: number;
}

/** @throws Refusal before anything runs if the embedding or LoRA does not fit, or the drawing does not fit into memory */
export function openApplication(request: ApplyRequest, target: Target, options: OpenApplicationOptions): Application {
  const { embedding: file } = request;
  if (isLora(file)) return foreseeDrawing(request, target, options, readLora(file, target.pipeline));
  refuseMisfit(request, target);
  return foreseeDrawing(request, target, options);
}

/** As `openApplication`, before there is a file of what is learned. */
export function foreseeDrawing(
  request: ApplyRequest,
  target: Target,
  { sessions, budget }: OpenApplicationOptions,
  lora: LoraFile | null = null,
): Application {
  const settings = resolveDrawing(request, target);
  checkControls(request.controls, target);
  const { pipeline } = target;
  const warnings: Diagnostic[] = [];
  const encoderOf = (of: Pipeline): TextEncoder =>
    openTextEncoder(of, sessions, async (warning) => void warnings.push(warning));
  const encoder = encoderOf(pipeline);
  const chunks = chunksOf(request, encoder);
  const { vaeFactor, tokens } = pipeline;
  const latent = { height: settings.size.height / vaeFactor, width: settings.size.width / vaeFactor };
  const single = openFrameDecoder(pipeline, sessions, 1, latent);
  const size = { ...latent, frames: settings.frames, contextTokens: chunks * tokens };
  const drawing = openDrawing(target, size, sessions);
  const adapted = lora === null ? null : pipelineWithLora(pipeline, lora, 1);
  const learned =
    adapted === null
      ? { encoder, drawing }
      : { encoder: encoderOf(adapted), drawing: openDrawing({ ...target, pipeline: adapted }, size, sessions) };
  const { prediction, steering } = drawing.stages;
  const own = lora === null ? [] : [learned.encoder.stage, learned.drawing.stages.prediction];
  const before: readonly Stage[] = [encoder.stage, ...steering, prediction, ...own];
  const foresee = forecaster();
  const peakWith = ({ stage }: FrameDecoder): number => foresee([...before, ...steering, prediction, stage], budget);
  refuseTooLarge([...before, single.stage], { settings, budget, foresee });
  const memory = peakWith(single);
  const decoder = withFramesAtOnce(
    single,
    request.columns.length * settings.frames,
    (count) => openFrameDecoder(pipeline, sessions, count, latent),
    (several) => peakWith(several) <= memory,
  );
  return { request, target, settings, encoder, learned, chunks, warnings, decoder, drawing, memory };
}

/** How the texts of a request are read. */
export function readingOf({ longPrompts, promptWeights, embeddings }: ApplyRequest): TextReading {
  return { longPrompts, promptWeights, ...(embeddings === undefined ? {} : { embeddings }) };
}

/** Room for the longer of the texts; the shorter is filled up by the null text. */
export function chunksOf(request: ApplyRequest, { read }: Pick<TextEncoder, "read">): number {
  const texts = [request.prompt, ...(request.columns.includes("written") ? [request.written] : [])];
  return Math.max(...texts.map((text) => read(text, readingOf(request)).chunks));
}

function refuseMisfit({ embedding }: ApplyRequest, { name, pipeline }: Target): void {
  const file = readEmbeddingFile(embedding);
  // Word vectors go through the text encoder, which tells whether they fit.
  if (file.kind !== "tokens") checkEmbeddingShape(file, { name, space: pipeline.space });
}

/** Each stage alone must fit; what else is loaded goes when room is needed. */
function refuseTooLarge(
  stages: readonly Stage[],
  { settings: { frames }, budget, foresee }: { settings: DrawingSettings; budget: number; foresee: Forecaster },
): void {
  const faults = stages.flatMap((stage): Diagnostic[] => {
    // What is far from fitting is not looked at closely, which would take long.
    const least = leastMemory(stage.build());
    const needed = least > budget ? least : foresee([stage], Infinity);
    if (needed <= budget) return [];
    return [
      {
        severity: "error",
        code: "memory-short",
        at: { stage: stage.name },
        message: `${frames === 1 ? "this" : counted(frames, "frame")} would need ${needed === least ? "more than " : ""}${gigabytes(needed)} of memory, but ${gigabytes(budget)} may be used`,
        help: `ask for ${frames === 1 ? "" : "fewer frames or "}a smaller size, or close other programs`,
        command: frames === 1 ? "`--size`" : "`--frames`, `--size`",
      },
    ];
  });
  if (faults.length > 0) throw new Refusal(faults);
}

const FRAMES_AT_ONCE = [8, 4, 2];

/** As many frames go through the autoencoder at once as need no more memory than is needed anyway. */
function withFramesAtOnce(
  single: FrameDecoder,
  frames: number,
  open: (count: number) => FrameDecoder,
  fits: (several: FrameDecoder) => boolean,
): FrameDecoder {
  for (const count of FRAMES_AT_ONCE) {
    if (count > frames) continue;
    const several = open(count);
    if (fits(several)) return several;
  }
  return single;
}

/** Bytes when stages run one after the other, and stay loaded while the budget has room. */
type Forecaster = (stages: readonly Stage[], budget: number) => number;

function forecaster(): Forecaster {
  const known = new Map<Stage, MemoryEstimate>();
  return (stages, budget) => {
    const residency = new Residency<Stage>(budget);
    for (const stage of stages) {
      const memory = known.get(stage) ?? prepareGraph(stage.build()).memory;
      known.set(stage, memory);
      residency.admit(stage, memory);
    }
    return residency.peak;
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
