// A worker of tests, which computes what the test wants.

import type { Diagnostic } from "../../common/diagnostic.ts";
import type { JobTicket } from "../../common/queue/job.ts";
import type { Piece } from "../../common/queue/piece.ts";
import type { WorkQueue } from "../work-queue.ts";
import { serveQueue, type WorkerEvent } from "../worker/serve-queue.ts";
import type { PieceTeller } from "../worker/tell-progress.ts";
import { SMALL_ABOUT } from "./small-job.ts";

export interface TestWorker {
  readonly leave: () => Promise<void>;
  readonly events: readonly WorkerEvent[];
}

export interface TestWorkerOptions {
  readonly token?: string;
  readonly version?: string;
  readonly judge?: (job: JobTicket) => Promise<string | null>;
  readonly execute?: (piece: Piece, signal: AbortSignal, tell: PieceTeller) => Promise<Uint8Array>;
  /** What it warns of with each piece. */
  readonly warnings?: readonly Diagnostic[];
}

export function startTestWorker(queue: WorkQueue, name: string, options: TestWorkerOptions = {}): TestWorker {
  const { token = "", version = "1", judge = async () => null, execute = async (piece) => echo(piece) } = options;
  const warnings = [...(options.warnings ?? [])];
  const leaving = new AbortController();
  const events: WorkerEvent[] = [];
  const ended = serveQueue(queue, {
    name,
    token,
    about: { ...SMALL_ABOUT, version },
    judge,
    execute: async (piece, _job, signal, tell) => ({ bytes: await execute(piece, signal, tell), warnings }),
    leaving: leaving.signal,
    onEvent: (event) => events.push(event),
  });
  return {
    events,
    leave() {
      leaving.abort();
      return ended;
    },
  };
}

/** The answer of a piece that nothing was made of. */
export function echo({ work }: Pick<Piece, "work">): Uint8Array {
  return Buffer.from(JSON.stringify(work));
}
