// An application of a learned embedding, opened and checked: does the embedding fit, can the target draw what is asked, is there memory?

import type { ApplyRequest, DrawingSettings } from "../common/applying.ts";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { leastMemory } from "../compiler/memory.ts";
import type { Target } from "../models/target/open-target.ts";
import { prepareGraph } from "../runtime/graph-session.ts";
import { checkEmbeddingShape } from "./check-embedding-fits.ts";
import { openDrawing, type Drawing } from "./draw-frames.ts";
import { readEmbeddingFile } from "./embedding-file.ts";
import { openGenerator, type Generator } from "./generator.ts";
import { checkControls } from "./read-controls.ts";
import { Residency } from "./residency.ts";
import { settleDrawing } from "./settle-drawing.ts";
import type { Stage, StageSessions } from "./stage-sessions.ts";

export interface Application {
  readonly request: ApplyRequest;
  readonly target: Target;
  readonly settings: DrawingSettings;
  /** Decodes some frames at once. */
  readonly generator: Generator;
  readonly drawing: Drawing;
  /** Bytes foreseen. */
  readonly memory: number;
}

export interface OpenApplicationOptions {
  readonly sessions: StageSessions;
  /** Bytes that may be used. */
  readonly budget: number;
}

/** @throws Refusal before anything runs if the embedding does not fit, or the drawing does not fit into memory */
export function openApplication(request: ApplyRequest, target: Target, options: OpenApplicationOptions): Application {
  refuseMisfit(request, target);
  return foreseeDrawing(request, target, options);
}

/** As `openApplication`, before there is an embedding. */
export function foreseeDrawing(
  request: ApplyRequest,
  target: Target,
  { sessions, budget }: OpenApplicationOptions,
): Application {
  const settings = settleDrawing(request, target);
  checkControls(request.controls, target);
  const { pipeline } = target;
  const single = openGenerator(pipeline, sessions, 1, settings.size);
  const drawing = openDrawing(target, { ...single.size, frames: settings.frames }, sessions);
  const { prediction, steering } = drawing.stages;
  const memory = foreseeMemory(
    [single.stages.textEncoder, ...steering, prediction, single.stages.decoder],
    settings,
    budget,
  );
  const generator = withFramesAtOnce(single, request.columns.length * settings.frames, memory);
  return { request, target, settings, generator, drawing, memory };
}

function refuseMisfit({ embedding }: ApplyRequest, { name, pipeline }: Target): void {
  const file = readEmbeddingFile(embedding);
  // Word vectors go through the text encoder, which tells whether they fit.
  if (file.kind !== "tokens") checkEmbeddingShape(file, { name, space: pipeline.space });
}

/** Each stage alone must fit; what else is loaded goes when room is needed. */
function foreseeMemory(stages: readonly Stage[], { frames }: DrawingSettings, budget: number): number {
  const peaks = stages.map((stage) => ({ name: stage.name, ...peakWithin(stage, budget) }));
  const faults = peaks.flatMap(({ name, peak, isLeast }): Diagnostic[] =>
    peak <= budget
      ? []
      : [
          {
            severity: "error",
            code: "memory-short",
            at: { stage: name },
            message: `${frames === 1 ? "this" : `${frames} frames`} would need ${isLeast ? "more than " : ""}${gigabytes(peak)} of memory, but ${gigabytes(budget)} may be used`,
            help: `ask for ${frames === 1 ? "" : "fewer --frames or "}a smaller --size, or close other programs`,
          },
        ],
  );
  if (faults.length > 0) throw new Refusal(faults);
  return Math.max(...peaks.map(({ peak }) => peak));
}

const FRAMES_AT_ONCE = [8, 4, 2];

/** As many frames go through the autoencoder at once as need no more memory than what drew them. */
function withFramesAtOnce(single: Generator, frames: number, memory: number): Generator {
  const { pipeline, sessions, size } = single;
  const pixels = { height: size.height * pipeline.vaeFactor, width: size.width * pipeline.vaeFactor };
  for (const count of FRAMES_AT_ONCE) {
    if (count > frames) continue;
    const several = openGenerator(pipeline, sessions, count, pixels);
    if (peakOf(several.stages.decoder) <= memory) return several;
  }
  return single;
}

/** What is far from fitting is not looked at closely, which would take long: then the peak is the least that it can be. */
function peakWithin(stage: Stage, budget: number): { readonly peak: number; readonly isLeast: boolean } {
  const least = leastMemory(stage.build());
  return least > budget ? { peak: least, isLeast: true } : { peak: peakOf(stage), isLeast: false };
}

/** Bytes that a stage needs when nothing else is loaded. */
function peakOf(stage: Stage): number {
  const alone = new Residency<string>(Infinity);
  alone.admit(stage.name, prepareGraph(stage.build()).memory);
  return alone.peak;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
