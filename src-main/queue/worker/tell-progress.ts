// Tells the queue how far a worker is with its piece, at most once a second.

import type { PieceProgress } from "../../common/queue/piece.ts";
import type { Lease } from "../work-queue.ts";

export type TellProgress = (progress: Omit<PieceProgress, "worker">) => void;

const TOLD_EVERY_MS = 1000;

export interface ProgressTeller {
  readonly tell: TellProgress;
  readonly stop: () => void;
}

export function startTelling(lease: Pick<Lease, "report">, worker: string): ProgressTeller {
  let latest: PieceProgress | null = null;
  const timer = setInterval(() => {
    if (latest === null) return;
    // A queue that is away hears the next one.
    void lease.report(latest).catch(() => undefined);
    latest = null;
  }, TOLD_EVERY_MS);
  return {
    tell(progress) {
      latest = { worker, ...progress };
    },
    stop: () => clearInterval(timer),
  };
}
