// Hands over what there is of a run every so often, when its steps are done, and when it is given up: whoever takes it next goes on from there.

import type { PieceEvent } from "../../common/queue/piece-task.ts";
import type { CheckpointKeeper } from "../../learning/train.ts";
import { packCheckpoint } from "./run-checkpoint.ts";

export interface HandOverOptions {
  /** Whether images go with it. */
  readonly images: boolean;
  readonly emit: (event: PieceEvent) => Promise<void>;
  /** Aborted: the run is given up. */
  readonly signal: AbortSignal;
  /** Absent: once a minute. A run that dies loses no more than this. */
  readonly everyMs?: number | undefined;
}

const EVERY_MS = 60_000;

export function handOverRun(
  folder: string,
  { images, emit, signal, everyMs = EVERY_MS }: HandOverOptions,
): CheckpointKeeper {
  let handedAt = performance.now();
  let isTooLarge = false;
  const isTime = (): boolean => performance.now() - handedAt >= everyMs;
  return {
    // A state of gigabytes is not written more often than the program asks for, only to be found too large.
    isDue: () => !isTooLarge && isTime(),
    async hear(step, isLast) {
      if (!signal.aborted && !isLast && !isTime()) return;
      const bytes = packCheckpoint(folder, { step, images });
      isTooLarge = bytes === null;
      handedAt = performance.now();
      if (bytes !== null) await emit({ type: "checkpoint", step, bytes });
    },
  };
}
