// A piece over which one worker after another falls silent is not given to the next.

import type { PieceFailure } from "../common/queue/piece.ts";
import { MOST_SILENCES } from "./work-queue.ts";

export function silentOver(piece: string, worker: string): PieceFailure {
  return {
    worker,
    diagnostics: [
      {
        severity: "error",
        code: "piece-poisoned",
        at: { stage: "workers", part: piece },
        message: `${MOST_SILENCES + 1} workers in a row have fallen silent over this piece, the last of them ${worker}`,
        help: "look at the log of that worker: its process may end for want of memory",
      },
    ],
  };
}
