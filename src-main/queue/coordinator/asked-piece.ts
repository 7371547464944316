// A piece that a coordinator asks for, and what becomes of it.

import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";
import type { PieceProgress, PieceWork } from "../../common/queue/piece.ts";

export interface AskedPiece {
  /** Within the job. */
  readonly name: string;
  readonly work: PieceWork;
  /** What is handed out in its place when it has to be once more; absent: the same. */
  readonly again?: (() => Promise<PieceWork>) | undefined;
  /** Aborted: nobody asks for it any more, and it is taken away from whoever works on it. */
  readonly unwanted?: AbortSignal | undefined;
  /** Aborted: it is asked for no more, and whoever works on it is to hand over first what there is of it. */
  readonly wantedBack?: AbortSignal | undefined;
}

export interface Answered<Result> {
  readonly result: Result;
  readonly worker: string;
}

export interface CarryOutOptions<Result> {
  /** @param index of the piece @throws Error saying why the answer cannot be used: its worker is asked no more */
  readonly read: (bytes: Uint8Array, index: number) => Result | Promise<Result>;
  /** Hears of each piece once, as they come. Its faults end the job. */
  readonly onAnswer: (index: number, answered: Answered<Result>) => void | Promise<void>;
  /** Hears of pieces that cannot be done; absent: the first of them ends the job. */
  readonly onFailure?: (index: number, diagnostics: readonly Diagnostic[]) => void;
  /** Hears who works on a piece and how far that is; `null`: nobody any more. */
  readonly onWork?: (index: number, progress: PieceProgress | null) => void;
  /**
   * Takes what a worker has handed over of a piece, each further than the one before, so that the piece can go on from there if the queue
   * loses it. Absent: nobody keeps them. @throws Error saying why it cannot be used
   */
  readonly onCheckpoint?: ((index: number, bytes: Uint8Array) => void) | undefined;
  /** Hears of pieces that were wanted back, when nobody works on them any more. */
  readonly onHandedBack?: ((index: number) => void) | undefined;
  readonly onProgress?: (progress: Progress) => Promise<void>;
}

interface Progress {
  readonly done: number;
  readonly total: number;
}

/** @throws Refusal of what workers said of a piece */
export function refusePiece(worker: string, piece: string, diagnostics: readonly Diagnostic[]): never {
  const note = { at: { stage: "workers", part: piece }, message: `was tried last by worker ${worker}` };
  throw new Refusal(
    diagnostics.map((one, i) => (i === 0 ? { ...one, severity: "error", notes: [...(one.notes ?? []), note] } : one)),
  );
}
