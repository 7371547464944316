// A worker within the process of a test, which computes pieces as a machine of its own would.

import type { PieceEvent, PieceTask } from "../../common/queue/piece-task.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { programVersion } from "../../embeddings/program-version.ts";
import { openKeptFiles } from "../../queue/files/kept-files.ts";
import { openModelFolders } from "../../queue/files/model-folders.ts";
import { SMALL_ABOUT } from "../../queue/testing/small-job.ts";
import type { WorkQueue } from "../../queue/work-queue.ts";
import { createExecutor } from "../../queue/worker/execute-piece.ts";
import { serveQueue } from "../../queue/worker/serve-queue.ts";
import { tellEvent } from "../../queue/worker/tell-progress.ts";
import { gatherWarnings } from "../pieces/gather-warnings.ts";

export interface PieceWorker {
  readonly name: string;
  /** Where it keeps what it is sent. */
  readonly folder: string;
  readonly compute: (
    task: PieceTask,
    emit: (event: PieceEvent) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<Uint8Array>;
  /** What it answers in place of what it has computed. */
  readonly damage?: ((piece: Piece, bytes: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/** What networks do in this process, they do one after the other. */
let turn: Promise<unknown> = Promise.resolve();

/** It knows the token `secret`. @returns has it leave */
export function startPieceWorker(
  queue: WorkQueue,
  { name, folder, compute, damage = async (_piece, bytes) => bytes }: PieceWorker,
): () => Promise<void> {
  const leaving = new AbortController();
  const { judge, execute } = createExecutor({
    queue,
    models: openModelFolders([]),
    files: openKeptFiles(folder),
    compute(task, signal, tell) {
      const computed = turn.then(() =>
        gatherWarnings(
          async (event) => tellEvent(tell, event),
          (emit) => compute(task, emit, signal),
        ),
      );
      turn = computed.catch(() => undefined);
      return computed;
    },
  });
  const ended = serveQueue(queue, {
    name,
    token: "secret",
    about: { ...SMALL_ABOUT, version: programVersion },
    judge,
    async execute(piece, job, signal, tell) {
      const { bytes, warnings } = await execute(piece, job, signal, tell);
      return { bytes: await damage(piece, bytes), warnings };
    },
    leaving: leaving.signal,
  });
  return () => {
    leaving.abort();
    return ended;
  };
}
