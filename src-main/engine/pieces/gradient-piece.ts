// The gradient of one micro-batch for a coordinator elsewhere: the same function, program, cuts and draws as in its own process.

import type { PieceTask } from "../../common/queue/piece-task.ts";
import type { GradientWork } from "../../common/queue/piece.ts";
import { drawBatch } from "../../learning/draw-batch.ts";
import { type OpenedUpdates, openUpdates } from "../../learning/open-updates.ts";
import { updateGradient } from "../../learning/update-gradient.ts";
import { openRun } from "../../sampling/open-run.ts";
import type { ProgramRun } from "../../sampling/program-run.ts";
import { packOutcome } from "./pack-outcome.ts";
import { unpackParameters } from "./pack-parameters.ts";
import { readSentProgram } from "./sent-program.ts";

interface Opened {
  readonly key: string;
  readonly run: ProgramRun;
  readonly updates: OpenedUpdates;
}

/** The program of the last piece stays open: the next one is most often of the same. */
let opened: Opened | null = null;

/** Tells nothing meanwhile: what stays open would tell it to whoever asked for a piece before. */
export async function gradientPiece(work: GradientWork, task: PieceTask): Promise<Uint8Array> {
  const { updates } = await openFor(work, task);
  const update = updates.get(work.update);
  if (update === undefined) throw new Error(`the program has no optimizer ${work.update}`);
  const bytes = task.blobs[work.parameters];
  if (bytes === undefined) throw new Error("a piece came without its parameters");
  const batch = drawBatch(update, work.step, work.first, unpackParameters(bytes));
  return packOutcome(await updateGradient(update, batch));
}

/** Of another kind of piece, or for good. */
export async function closeGradientPieces(): Promise<void> {
  const before = opened;
  opened = null;
  await before?.run.sessions.release();
}

async function openFor(work: GradientWork, task: PieceTask): Promise<Opened> {
  const { program, cuts } = work;
  const { device } = task;
  const key = JSON.stringify([program, cuts, device]);
  if (opened?.key === key) return opened;
  await closeGradientPieces();
  const run = await openRun(readSentProgram(program, task), { device });
  opened = { key, run, updates: openUpdates(run, { cuts: "auto", kept: cuts }) };
  return opened;
}
