// A piece of whatever kind, computed in this process.

import type { PieceTask } from "../../common/queue/piece-task.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { evaluationPrompts } from "./evaluation-piece.ts";
import { closeGradientPieces, gradientPiece } from "./gradient-piece.ts";
import { promptsPiece } from "./prompts-piece.ts";
import { runPiece } from "./run-piece.ts";
import { readSentProgram } from "./sent-program.ts";

export interface ComputeContext {
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** @returns the answer, packed as its kind has it */
export async function computeTask(task: PieceTask, { emit, signal }: ComputeContext): Promise<Uint8Array> {
  const { work, device } = task;
  if (work.kind === "gradient") return gradientPiece(work, task);
  // What stayed open for gradients would be in the way.
  await closeGradientPieces();
  switch (work.kind) {
    case "run":
      return runPiece(readSentProgram(work.program, task), { device, images: work.images, emit, signal });
    case "evaluation":
      return promptsPiece(evaluationPrompts, work, task, { emit, signal });
  }
}
