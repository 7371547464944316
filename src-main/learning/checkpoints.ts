// The rolling checkpoints of a run. A new one is whole on disk before an old one goes; each tells a checksum of what it holds.

import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Refusal, refuse, type Diagnostic } from "../common/diagnostic.ts";
import type { Ref } from "../common/program/program.ts";
import { makeFolder, removeFile } from "../weights/atomic-write.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../weights/safetensors.ts";
import { restoreState, storeState, type LearningState, type StoredState } from "./learning-state.ts";

const NAME = /^step-(\d+)\.safetensors$/;

/** The checksum's key in the metadata. Earlier versions wrote none. */
const CHECKSUM = "sha256";

/** @returns warnings: an old checkpoint that cannot be deleted costs space, and nothing else */
export function writeCheckpoint(run: string, state: LearningState, keep: number): Diagnostic[] {
  const folder = checkpointFolder(run);
  makeFolder(folder);
  const file = checkpointFile(run, state.step);
  const stored = storeState(state);
  writeSafetensors(file, stored.tensors, { ...stored.metadata, [CHECKSUM]: checksumOf(stored) });
  return listCheckpoints(run)
    .slice(keep)
    .flatMap((old) => warningsOf(() => removeFile(join(folder, old))));
}

/** Of the names, shapes and bytes of all tensors, and of the rest of the metadata. */
function checksumOf({ tensors, metadata }: StoredState): string {
  const told = byName(metadata).filter(([key]) => key !== CHECKSUM);
  const hash = createHash("sha256").update(JSON.stringify(told));
  for (const [name, { shape, data }] of byName(tensors)) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

function byName<T>(entries: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * @param only the parameter of a run of an earlier version, which had one and did not name it
 * @throws Refusal if it cannot be read, or is not what was written, or holds numbers that nothing can be learned from
 */
export function readCheckpoint(file: string, only?: Ref): LearningState {
  const { metadata } = readSafetensorsHeader(file);
  const stored = { tensors: readTensors(file), metadata };
  const state = restoreState(stored, file, only);
  const told = metadata[CHECKSUM];
  if (told !== undefined && told !== checksumOf(stored)) refuseDamaged(file, "its checksum does not fit what it holds");
  const broken = Object.entries(stored.tensors).find(([, { data }]) =>
    data.some((value) => !Number.isFinite(Number(value))),
  );
  if (broken !== undefined) refuseDamaged(file, `${broken[0]} holds numbers that are not finite`);
  return state;
}

function refuseDamaged(file: string, message: string): never {
  refuse({
    code: "checkpoint-damaged",
    at: { file },
    message: `this checkpoint is damaged: ${message}`,
    help: "an older one of the same run is taken where there is one",
    command: "`reneg check RUN` says what is left of it",
  });
}

function warningsOf(action: () => void): Diagnostic[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics.map((diagnostic): Diagnostic => ({ ...diagnostic, severity: "warning" }));
  }
}

export interface NewestCheckpoint {
  readonly state: LearningState;
  /** What was wrong with newer ones. */
  readonly skipped: readonly Diagnostic[];
}

/**
 * The newest checkpoint that can be read.
 * @param only as for `readCheckpoint`
 * @throws Refusal if there is none
 */
export function readNewestCheckpoint(run: string, only?: Ref): NewestCheckpoint {
  const skipped: Diagnostic[] = [];
  for (const name of listCheckpoints(run)) {
    const file = join(checkpointFolder(run), name);
    let state: LearningState | undefined;
    skipped.push(...warningsOf(() => (state = readCheckpoint(file, only))));
    if (state !== undefined) return { state, skipped };
  }
  if (skipped.length > 0) throw new Refusal(skipped.map((diagnostic) => ({ ...diagnostic, severity: "error" })));
  return refuse({
    code: "checkpoint-missing",
    at: { file: run },
    message: "this run has no checkpoint to resume from",
    help: "start it anew",
    command: "`reneg train RECIPE`",
  });
}

export function hasCheckpoint(run: string): boolean {
  return listCheckpoints(run).length > 0;
}

/** Their names, newest first. */
export function listCheckpoints(run: string): string[] {
  const folder = checkpointFolder(run);
  if (!existsSync(folder)) return [];
  const stepOf = (name: string): number => Number(NAME.exec(name)?.[1]);
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .toSorted((a, b) => stepOf(b) - stepOf(a));
}

export function checkpointFile(run: string, step: number): string {
  return join(checkpointFolder(run), `step-${String(step).padStart(6, "0")}.safetensors`);
}

/** @param but that of this step @throws Refusal if one cannot be deleted */
export function forgetCheckpoints(run: string, { but }: { readonly but?: number } = {}): void {
  for (const name of listCheckpoints(run)) {
    const file = join(checkpointFolder(run), name);
    if (but === undefined || file !== checkpointFile(run, but)) removeFile(file);
  }
}

export function checkpointFolder(run: string): string {
  return join(run, "checkpoints");
}
