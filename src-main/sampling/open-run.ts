// Opens a program to run it: its files, its sessions, and how many chunks its texts fill. Nothing is loaded before it is needed, unless only
// a trial of a UNet can tell what it predicts.

import type { DeviceName } from "../common/device.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { Program, Ref } from "../common/program/program.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { ProgramFunctions } from "../program/function.ts";
import { programFunctions } from "../program/functions/index.ts";
import type { Host } from "../program/host.ts";
import { type OpenedProgram, openProgram } from "../program/open-program.ts";
import type { TextsRead } from "../program/values.ts";
import { createStageClock } from "../runtime/stage-clock.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { openHost } from "./open-host.ts";
import { type ProgramRun, startProgram } from "./program-run.ts";
import { resolvePredictions } from "./resolve-predictions.ts";

export interface OpenRunOptions {
  readonly device: DeviceName;
  readonly signal?: AbortSignal;
  readonly emit?: (event: RunEvent) => Promise<void>;
  /** Those of another run, so that both share memory; absent: new ones. */
  readonly sessions?: StageSessions;
  /** Bytes that new ones may take; absent: what the machine has. */
  readonly budget?: number | undefined;
  readonly functions?: ProgramFunctions;
}

/** Whoever opened the run's `sessions` releases them. @throws Refusal at the nodes whose files cannot be used */
export async function openRun(given: Program, options: OpenRunOptions): Promise<ProgramRun> {
  const { device, signal, emit, budget, functions = programFunctions } = options;
  await emit?.({ type: "loading", what: "pipeline and rewards" });
  const program = await resolvePredictions(given, functions, options);
  const onLoad = emit && ((what: string | null) => emit({ type: "loading", what }));
  const clock = emit && createStageClock(device, (times) => emit({ type: "stages", times }));
  const { sessions = new StageSessions(device, signal, { budget, onLoad, clock }) } = options;
  const warn = emit && ((diagnostic: Diagnostic) => emit({ type: "warning", diagnostic }));
  const host = openHost(sessions, warn);
  const run = startWith(program, { sessions, host, functions });
  await emit?.({ type: "loading", what: null });
  return run;
}

export interface StartOptions {
  readonly sessions: StageSessions;
  readonly host: Host;
  readonly functions?: ProgramFunctions;
}

/** Where nothing has to be found out, and a host has perhaps opened the files before. */
export function startWith(
  program: Program,
  { sessions, host, functions = programFunctions }: StartOptions,
): ProgramRun {
  const opened = openProgram(program, functions, host);
  return startProgram(opened, sessions, longestChunks(opened, functions));
}

/** What each text encoder reads for any conditioning of the program, and for single prompts that parameters are refined for. */
export function textsRead(opened: OpenedProgram, functions: ProgramFunctions): TextsRead[] {
  const { program, open } = opened;
  const read = Object.entries(program.calls).flatMap(([ref, { fn }]) => {
    const kind = functions.get(fn)?.output;
    if (kind !== "conditioning" && kind !== "embedding") return [];
    const { reads } = open(ref, kind);
    return reads === undefined ? [] : [reads];
  });
  return [...read, ...readPerSample(opened, read)];
}

/** Each takes the place of the prompts that its optimizer learns from. */
function readPerSample({ program, open, promptsOf }: OpenedProgram, read: readonly TextsRead[]): TextsRead[] {
  return sinksOfKind(program, "per-sample").flatMap(({ sink }) => {
    const objective = program.updates[sink.update]?.objective;
    const replaced = new Set((objective === undefined ? [] : promptsOf(objective)).map(({ ref }) => ref));
    const { texts, wordings } = open(sink.prompts, "prompts");
    const isDynamic = wordings !== undefined;
    return read
      .filter(({ from }) => replaced.has(from))
      .map((one) => ({ ...one, texts, isDynamic, from: sink.prompts }));
  });
}

/**
 * All texts of a run are filled up to as many chunks as its longest has, so that an image does not depend on which others are made with it.
 * @returns by the text encoder's call
 */
function longestChunks(opened: OpenedProgram, functions: ProgramFunctions): ReadonlyMap<Ref, number> {
  const chunks = new Map<Ref, number>();
  for (const { encoder, texts, reading, chunks: told = 1, most = Infinity } of textsRead(opened, functions)) {
    const { ref, pipeline } = encoder;
    const filled = texts.reduce(
      (largest, text) => Math.max(largest, opened.host.readText(pipeline, text, reading).chunks),
      told,
    );
    chunks.set(ref, Math.max(chunks.get(ref) ?? 1, Math.min(most, filled)));
  }
  return chunks;
}
