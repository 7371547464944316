// The only worker of a queue in this process: pieces are done here, one after the other.

import { hostname, totalmem } from "node:os";
import type { DeviceName } from "../../common/device.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { PieceEvent } from "../../common/queue/piece-task.ts";
import type { BlobHash } from "../../common/queue/piece.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { programVersion } from "../../embeddings/program-version.ts";
import { ENDLESS } from "../../queue/coordinator/patience.ts";
import { createMemoryQueue } from "../../queue/memory/memory-queue.ts";
import { BLOB_MISSING } from "../../queue/work-queue.ts";
import { blobsOf } from "../../queue/worker/execute-piece.ts";
import { serveQueue } from "../../queue/worker/serve-queue.ts";
import { computeTask } from "../pieces/compute-task.ts";

export interface LocalWorkerOptions {
  readonly device: DeviceName;
  /** By the words that stand for them in what is sent. */
  readonly paths: Readonly<Record<string, string>>;
  readonly emit: (event: RunEvent) => Promise<void>;
}

/** A network that runs keeps this process from telling that it lives. */
const SILENCE_MS = 24 * 3600 * 1000;

export function openLocalWorker({ device, paths, emit }: LocalWorkerOptions) {
  const queue = createMemoryQueue();
  const leaving = new AbortController();
  const served = serveQueue(queue, {
    name: "here",
    token: "",
    about: {
      host: hostname(),
      pid: process.pid,
      version: programVersion,
      device,
      devices: [device],
      memoryMB: Math.round(totalmem() / 2 ** 20),
      models: [],
    },
    judge: async () => null,
    async execute({ work }, _job, signal, tell) {
      if (work.kind !== "run") throw new Error("this process computes only whole runs for itself as pieces");
      const blobs: Record<BlobHash, Uint8Array> = {};
      for (const { hash } of blobsOf(work)) {
        const bytes = await queue.blobs.get(hash);
        if (bytes === null) return refuse({ code: BLOB_MISSING, at: {}, message: "this piece was taken back" });
        blobs[hash] = bytes;
      }
      const emitOrKeep = async (event: PieceEvent): Promise<void> =>
        event.type === "checkpoint" ? tell.checkpoint(event) : emit(event);
      const bytes = await computeTask({ work, device, blobs, paths: { ...paths } }, { emit: emitOrKeep, signal });
      // They were told as they came.
      return { bytes, warnings: [] };
    },
    leaving: leaving.signal,
  });
  // It is awaited at the end.
  served.catch(() => undefined);
  return {
    queue,
    token: "",
    silenceMs: SILENCE_MS,
    patience: ENDLESS,
    async close() {
      leaving.abort();
      await served;
      await queue.close();
    },
  };
}
