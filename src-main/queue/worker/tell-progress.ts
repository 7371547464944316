// Tells the queue how far a worker is with its piece, at most once a second, and hands over what there is of it so far.

import type { CheckpointEvent, PieceEvent } from "../../common/queue/piece-task.ts";
import type { PieceCheckpoint, PieceProgress } from "../../common/queue/piece.ts";
import { signCheckpoint } from "../sign.ts";
import type { Lease, WorkQueue } from "../work-queue.ts";

export interface PieceTeller {
  readonly progress: (progress: Omit<PieceProgress, "worker">) => void;
  /** Takes the place of the one before. */
  readonly checkpoint: (checkpoint: Omit<CheckpointEvent, "type">) => void;
}

/** What of the events of a piece concerns the queue. */
export function tellEvent(tell: PieceTeller, event: PieceEvent): void {
  if (event.type === "checkpoint") tell.checkpoint(event);
  if (event.type !== "step") return;
  const { step, total, secondsLeft, mayEndEarly } = event;
  tell.progress({ step, total, secondsLeft, ...(mayEndEarly === undefined ? {} : { mayEndEarly }) });
}

const TOLD_EVERY_MS = 1000;

export interface Telling extends PieceTeller {
  /** Resolves when the last checkpoint is handed over. */
  readonly settled: () => Promise<void>;
  /** The piece is done, and nobody goes on from a checkpoint of it. */
  readonly forget: () => Promise<void>;
  readonly stop: () => void;
}

interface TellingOptions {
  readonly lease: Pick<Lease, "report" | "checkpoint" | "piece">;
  readonly queue: Pick<WorkQueue, "blobs">;
  readonly worker: string;
  readonly job: string;
  readonly token: string;
  /** Hears why a checkpoint could not be handed over: the next one may be. */
  readonly onFault: (error: Error) => void;
}

export function startTelling({ lease, queue, worker, job, token, onFault }: TellingOptions): Telling {
  let latest: PieceProgress = { worker, step: 0, total: 0, secondsLeft: null };
  let isTold = true;
  let last = lease.checkpoint;
  const report = (): Promise<void> => {
    isTold = true;
    return lease.report(latest, last);
  };
  const timer = setInterval(() => {
    // A queue that is away hears the next one.
    if (!isTold) void report().catch(() => undefined);
  }, TOLD_EVERY_MS);

  async function handOver({ step, bytes }: Omit<CheckpointEvent, "type">): Promise<void> {
    const blob = await queue.blobs.put(bytes);
    const before = last;
    const now = signCheckpoint({ worker, step, blob }, { job, piece: lease.piece.name }, token);
    last = now;
    try {
      await report();
    } catch (error) {
      last = before;
      // Nobody has heard of it, and its room may be what is wanting.
      void drop(now, before).catch(() => undefined);
      throw error;
    }
    await drop(before, now);
  }
  async function drop(before: PieceCheckpoint | undefined, now?: PieceCheckpoint): Promise<void> {
    if (before !== undefined && before.blob !== now?.blob) await queue.blobs.drop([before.blob]);
  }

  // They may be large: while one is on its way, only the newest waits.
  let next: Omit<CheckpointEvent, "type"> | null = null;
  let handingOver: Promise<void> | null = null;
  async function handOverAll(): Promise<void> {
    for (let given = next; given !== null; given = next) {
      next = null;
      try {
        await handOver(given);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        onFault(error);
      }
    }
    handingOver = null;
  }
  return {
    progress(progress) {
      latest = { worker, ...progress };
      isTold = false;
    },
    checkpoint(checkpoint) {
      next = checkpoint;
      handingOver ??= handOverAll();
    },
    settled: async () => void (await handingOver),
    async forget() {
      next = null;
      await handingOver;
      await drop(last);
    },
    stop: () => clearInterval(timer),
  };
}
