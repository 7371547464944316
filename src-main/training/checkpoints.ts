// The rolling checkpoints of a run. A new one is whole on disk before an old one goes.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal, refuse, type Diagnostic } from "../common/diagnostic.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../weights/safetensors.ts";
import { restoreState, storeState, type LearningState } from "./learning-state.ts";

const NAME = /^step-(\d+)\.safetensors$/;

/** @returns the file */
export function writeCheckpoint(run: string, state: LearningState, shape: readonly number[], keep: number): string {
  const folder = checkpointFolder(run);
  makeFolder(folder);
  const file = join(folder, `step-${String(state.step).padStart(6, "0")}.safetensors`);
  const { tensors, metadata } = storeState(state, shape);
  writeSafetensors(file, tensors, metadata);
  for (const old of listCheckpoints(run).slice(keep)) rmSync(join(folder, old));
  return file;
}

/**
 * The newest checkpoint that can be read, and what was wrong with newer ones.
 * @throws Refusal if there is none
 */
export function readNewestCheckpoint(run: string): { readonly state: LearningState; readonly skipped: Diagnostic[] } {
  const skipped: Diagnostic[] = [];
  for (const name of listCheckpoints(run)) {
    const file = join(checkpointFolder(run), name);
    try {
      const { metadata } = readSafetensorsHeader(file);
      return { state: restoreState({ tensors: readTensors(file), metadata }, file), skipped };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      skipped.push(...error.diagnostics.map((diagnostic): Diagnostic => ({ ...diagnostic, severity: "warning" })));
    }
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

/** Newest first. */
function listCheckpoints(run: string): string[] {
  const folder = checkpointFolder(run);
  if (!existsSync(folder)) return [];
  const stepOf = (name: string): number => Number(NAME.exec(name)?.[1]);
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .toSorted((a, b) => stepOf(b) - stepOf(a));
}

function checkpointFolder(run: string): string {
  return join(run, "checkpoints");
}
