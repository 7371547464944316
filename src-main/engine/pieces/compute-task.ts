// A piece of whatever kind, computed in this process.

import type { PieceEvent, PieceTask } from "../../common/queue/piece-task.ts";
import { applicationPrompts } from "./application-piece.ts";
import { evaluationPrompts } from "./evaluation-piece.ts";
import { closeGradientPieces, gradientPiece } from "./gradient-piece.ts";
import { promptsPiece } from "./prompts-piece.ts";
import { runPiece } from "./run-piece.ts";
import { readSentProgram, sentBytes } from "./sent-program.ts";

export interface ComputeContext {
  readonly emit: (event: PieceEvent) => Promise<void>;
  readonly signal: AbortSignal;
  /** Of what there is of a run: see `hand-over-run.ts`. */
  readonly handedOverEveryMs?: number | undefined;
}

/** @returns the answer, packed as its kind has it */
export async function computeTask(task: PieceTask, context: ComputeContext): Promise<Uint8Array> {
  const { work, device, blobs } = task;
  if (work.kind === "gradient") return gradientPiece(work, task);
  // What stayed open for gradients would be in the way.
  await closeGradientPieces();
  switch (work.kind) {
    case "run":
      return runPiece(readSentProgram(work.program, task), {
        ...context,
        device,
        images: work.images,
        begun: work.checkpoint === null ? null : sentBytes(work.checkpoint, blobs),
      });
    case "evaluation":
      return promptsPiece(evaluationPrompts, work, task, context);
    case "application":
      return promptsPiece(applicationPrompts, work, task, context);
  }
}
