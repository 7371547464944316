// A piece that a worker has taken from BullMQ.

import { ErrorCode, type Job, UnrecoverableError } from "bullmq";
import type { z } from "zod";
import {
  type Piece,
  piece,
  pieceCheckpoint,
  type PieceCheckpoint,
  pieceProgress,
  type PieceProgress,
} from "../../common/queue/piece.ts";
import { silentOver } from "../silent-over.ts";
import type { Lease, News } from "../work-queue.ts";
import type { PieceData } from "./bull-queues.ts";

export type BullJob = Job<PieceData, unknown, string>;

interface LeaseOptions {
  /** Of BullMQ's lock. */
  readonly token: string;
  readonly job: string;
  readonly silenceMs: number;
  readonly worker: string;
  readonly tell: (news: News) => Promise<void>;
  readonly isAskedBack: () => Promise<boolean>;
}

/** What BullMQ keeps of a piece beside its lock. */
const reported = pieceProgress.extend({ checkpoint: pieceCheckpoint.optional() });

/** @returns nothing for a piece of which nobody has told anything */
export function reportedOf({ progress }: Pick<BullJob, "progress">): {
  readonly progress?: PieceProgress;
  readonly checkpoint?: PieceCheckpoint | undefined;
} {
  const { data } = reported.safeParse(progress);
  if (data === undefined) return {};
  const { checkpoint, ...told } = data;
  return { progress: told, checkpoint };
}

/** @returns `null` for what is no piece, or was dropped by too many: it has failed */
export async function leaseOf(taken: BullJob, options: LeaseOptions): Promise<Lease | null> {
  const { token, silenceMs, worker } = options;
  const { name } = taken;
  const own = (change: () => Promise<unknown>, what: News["what"] | null = "ended"): Promise<boolean> =>
    unlessLost(change, async () => {
      if (what !== null) await options.tell({ what, job: options.job, piece: name });
    });
  const failNow = (words: string): Promise<boolean> =>
    own(() => taken.moveToFailed(new UnrecoverableError(words), token));
  const found = piece.safeParse({ name, ...taken.data } satisfies Piece);
  // BullMQ leaves it to whoever takes a piece to say that too many have dropped it.
  if (!found.success || taken.deferredFailure !== undefined) {
    await failNow(found.success ? JSON.stringify(silentOver(name, worker)) : "this is not a piece");
    return null;
  }
  const { checkpoint } = reportedOf(taken);
  return {
    piece: found.data,
    checkpoint,
    extend: () =>
      own(async () => {
        if ((await taken.extendLock(token, silenceMs)) === 0) throw new LostPiece();
      }, null),
    isAskedBack: options.isAskedBack,
    async report(progress, last = checkpoint) {
      const told: z.input<typeof reported> = { ...progress, ...(last === undefined ? {} : { checkpoint: last }) };
      await own(() => taken.updateProgress(told), null);
    },
    complete: (given) => own(() => taken.moveToCompleted(given, token, false)),
    fail(failure, isFinal = false) {
      const words = JSON.stringify(failure);
      return isFinal ? failNow(words) : own(() => taken.moveToFailed(new Error(words), token, false));
    },
    giveBack: () => own(() => taken.moveToWait(token), "submitted"),
  };
}

async function unlessLost(change: () => Promise<unknown>, then: () => Promise<void>): Promise<boolean> {
  try {
    await change();
  } catch (error) {
    if (isLost(error)) return false;
    throw error;
  }
  await then();
  return true;
}

class LostPiece extends Error {}

/** BullMQ's codes for a piece that is not there any more, is not locked, not in work, or locked by somebody else. */
const LOST: ReadonlySet<unknown> = new Set([
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
]);

function isLost(error: unknown): boolean {
  return error instanceof LostPiece || (error instanceof Error && "code" in error && LOST.has(error.code));
}
