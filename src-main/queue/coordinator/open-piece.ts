// A piece that is not answered yet, and what those who follow it need.

import type { Diagnostic } from "../../common/diagnostic.ts";
import type { JobTicket } from "../../common/queue/job.ts";
import type { PieceCheckpoint, PieceProgress } from "../../common/queue/piece.ts";
import type { WorkQueue } from "../work-queue.ts";
import type { AskedPiece, CarryOutOptions } from "./asked-piece.ts";
import type { TellWarnings } from "./tell-warnings.ts";

export interface OpenPiece {
  readonly index: number;
  readonly asked: AskedPiece;
  /** Names under which it was handed out. */
  copies: readonly string[];
  /** How often it was, in all. */
  count: number;
  /** Copies in work. */
  readonly held: Map<string, Held>;
  /** What was told last of who works on it. */
  told: PieceProgress | null;
  /** The furthest that was taken of it. */
  checkpoint: PieceCheckpoint | null;
  /** Since when it is asked back: `performance.now()`; `null`: it is not. */
  askedBackAt: number | null;
  /** Whose answers could not be used, with the reason. */
  readonly unusable: Map<string, string>;
}

export interface Held {
  readonly worker: string;
  /** When that was first seen, or its last step: `performance.now()`. */
  readonly since: number;
  /** Absent: nothing was told of it. */
  readonly progress?: PieceProgress | undefined;
}

export interface Following<Result> extends CarryOutOptions<Result> {
  readonly queue: WorkQueue;
  readonly token: string;
  readonly ticket: () => JobTicket;
  readonly ban: (worker: string, why: string) => Promise<void>;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly tellWarnings: TellWarnings;
  readonly signal: AbortSignal;
}
