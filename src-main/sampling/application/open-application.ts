// An application opened: does everything fit together, and into memory? Nothing is loaded yet.

import type { ApplyColumn, ApplyRequest, DrawingSettings } from "../../common/applying.ts";
import { counted } from "../../common/counted.ts";
import { Refusal, refuse } from "../../common/diagnostic.ts";
import { checkEmbeddingShape } from "../../embeddings/check-embedding-fits.ts";
import { readEmbeddingFile } from "../../embeddings/embedding-file.ts";
import { refuseOtherEncoder } from "../../models/clip/same-encoder.ts";
import { type LearnedFileKind, learnedFileKind } from "../../models/learned-file.ts";
import type { Target } from "../../models/target/open-target.ts";
import type { Host } from "../../program/host.ts";
import type { Stage, StageSessions } from "../../runtime/stage-sessions.ts";
import { type FrameDecoder, openFrameDecoder } from "../decode-frames.ts";
import { checkStages, foreseeStages } from "../foresee-stages.ts";
import { imageOf } from "../image-program.ts";
import { openHost } from "../open-host.ts";
import { startWith } from "../open-run.ts";
import { type ProgramRun, withChunks } from "../program-run.ts";
import { openPassingSampler, type SamplerRun } from "../roll-out.ts";
import { applicationProgram } from "./application-program.ts";
import { checkControls } from "./check-controls.ts";
import { resolveDrawing } from "./resolve-drawing.ts";

export interface Application {
  readonly request: ApplyRequest;
  readonly target: Target;
  readonly settings: DrawingSettings;
  /** What kind of file the request names. */
  readonly learned: LearnedFileKind;
  readonly run: ProgramRun;
  /** In the order of the request's. */
  readonly columns: readonly [OpenedColumn, ...OpenedColumn[]];
  /** Bytes foreseen. */
  readonly memory: number;
}

/** As much of an application as its texts are read by. */
export type AppliedTexts = Pick<Application, "request" | "settings" | "learned" | "run">;

export interface OpenedColumn {
  readonly column: ApplyColumn;
  readonly sampler: SamplerRun;
  readonly decoder: FrameDecoder;
}

export interface OpenApplicationOptions {
  readonly sessions: StageSessions;
  /** Bytes that may be used. */
  readonly budget: number;
  /** That has perhaps opened the files before; absent: a new one. */
  readonly host?: Host;
}

/** @throws Refusal before anything runs if what was learned does not fit, or the drawing does not fit into memory */
export function openApplication(request: ApplyRequest, target: Target, options: OpenApplicationOptions): Application {
  const host = options.host ?? openHost(options.sessions);
  checkControls(request.controls, target);
  return foresee(openAppliedTexts(request, target, { ...options, host }), target, { ...options, host });
}

/** As `openApplication`, before there is a file of what is learned. */
export function foreseeDrawing(request: ApplyRequest, target: Target, options: OpenApplicationOptions): Application {
  const host = options.host ?? openHost(options.sessions);
  checkControls(request.controls, target);
  return foresee(openTexts(request, target, "embedding", { ...options, host }), target, { ...options, host });
}

/** Of images that steer nothing is asked. @throws Refusal if what was learned does not fit */
export function openAppliedTexts(
  request: ApplyRequest,
  target: Target,
  { sessions, host = openHost(sessions) }: Omit<OpenApplicationOptions, "budget">,
): AppliedTexts {
  const learned = learnedFileKind(request.embedding);
  if (learned === "embedding") refuseMisfit(request, target);
  if (learned === "text encoder") {
    refuseOtherEncoder(request.embedding, target);
    refuseStrength(request);
  }
  return openTexts(request, target, learned, { sessions, host });
}

function openTexts(
  request: ApplyRequest,
  target: Target,
  learned: LearnedFileKind,
  { sessions, host }: Required<Omit<OpenApplicationOptions, "budget">>,
): AppliedTexts {
  const settings = resolveDrawing(request, target);
  const run = startWith(applicationProgram({ request, target, settings, learned }), { sessions, host });
  return { request, settings, learned, run };
}

function foresee(
  { request, settings, learned, run: read }: AppliedTexts,
  target: Target,
  { sessions, budget, host }: Required<OpenApplicationOptions>,
): Application {
  const run = withEqualChunks(read);
  const opened = request.columns.map((column) => {
    const single = openFrameDecoder(run, imageOf(column), 1);
    return { column, sampler: openPassingSampler(run, single.sampler, 1), single };
  });
  const encoders = [...run.chunks.keys()].map((encoder) => run.opened.open(encoder, "text encoder"));
  const passes = opened.flatMap(({ sampler }) => [...sampler.stages, ...sampler.cachedStages]);
  const before: readonly Stage[] = [...encoders.map(({ pipeline }) => host.textStage(pipeline)), ...passes];
  refuseTooLarge([...before, ...opened.map(({ single }) => single.stage)], settings, { sessions, budget });
  const kept = Math.max(0, ...opened.map(({ sampler }) => sampler.keptBytes));
  const peakWith = ({ stage }: FrameDecoder): number =>
    kept + foreseeStages([...before, ...passes, stage], sessions, budget);
  const [first, ...others] = opened.map(({ single, ...column }): OpenedColumn => {
    const open = (count: number): FrameDecoder => openFrameDecoder(run, imageOf(column.column), count);
    return { ...column, decoder: withFramesAtOnce(single, open, peakWith) };
  });
  if (first === undefined) throw new Error("an application of no columns");
  const memory = Math.max(...opened.map(({ single }) => peakWith(single)));
  return { request, target, settings, learned, run, columns: [first, ...others], memory };
}

/** An embedding lies on the way from what it began as, and a LoRA is added so many times; a text encoder is one or another. */
export function refuseStrength({ strength = 1 }: Pick<ApplyRequest, "strength">): void {
  if (strength === 1) return;
  refuse({
    code: "encoder-strength",
    at: { option: "--strength" },
    message: `a text encoder cannot be applied at a strength of ${strength}`,
    help: "leave the strength at 1; what a LoRA of the text encoder has learned can be weakened",
  });
}

/** A text encoder with a LoRA fills up as far as the one without: columns differ in nothing else. */
function withEqualChunks(run: ProgramRun): ProgramRun {
  const most = Math.max(...run.chunks.values());
  return withChunks(run, new Map([...run.chunks.keys()].map((encoder) => [encoder, most])));
}

function refuseMisfit({ embedding }: ApplyRequest, { name, pipeline }: Target): void {
  const file = readEmbeddingFile(embedding);
  // Word vectors go through the text encoder, which tells whether they fit.
  if (file.kind !== "tokens") checkEmbeddingShape(file, { name, space: pipeline.space });
}

function refuseTooLarge(
  stages: readonly Stage[],
  { frames }: DrawingSettings,
  { sessions, budget }: Pick<OpenApplicationOptions, "sessions" | "budget">,
): void {
  const foreseen =
    frames === 1
      ? { what: "this", help: "ask for a smaller size, or close other programs", command: "`--size`" }
      : {
          what: counted(frames, "frame"),
          help: "ask for fewer frames or a smaller size, or close other programs",
          command: "`--frames`, `--size`",
        };
  const faults = checkStages(stages, sessions, budget, foreseen);
  if (faults.length > 0) throw new Refusal(faults);
}

const FRAMES_AT_ONCE = [8, 4, 2];

/** As many frames go through the autoencoder at once as need no more memory than is needed anyway. */
function withFramesAtOnce(
  single: FrameDecoder,
  open: (count: number) => FrameDecoder,
  peakWith: (decoder: FrameDecoder) => number,
): FrameDecoder {
  const memory = peakWith(single);
  for (const count of FRAMES_AT_ONCE) {
    if (count > single.image.frames) continue;
    const several = open(count);
    if (peakWith(several) <= memory) return several;
  }
  return single;
}
