// A job and its pieces, of which nothing needs to be computed.

import type { JobTicket, WorkerState } from "../../common/queue/job.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { hashOf, signJob, signPiece } from "../sign.ts";
import type { ServeOptions } from "../worker/serve-queue.ts";

export const SILENCE_MS = 1000;

export function smallJob(changes: Partial<JobTicket> = {}, token = ""): JobTicket {
  return signJob(
    {
      id: "job-1",
      kind: "sweep",
      title: "small",
      version: "1",
      device: "cpu",
      models: [],
      files: [],
      silenceMs: SILENCE_MS,
      begun: 0,
      banned: {},
      ...changes,
    },
    token,
  );
}

export function smallPiece(name: string, token = "", job = "job-1"): Piece {
  return signPiece({ name, work: { kind: "run", program: hashOf(name), images: false, checkpoint: null } }, job, token);
}

/** What it tells of itself, whatever it does. */
export const SMALL_ABOUT: ServeOptions["about"] = {
  host: "here",
  pid: 1,
  version: "1",
  device: "cpu",
  devices: ["cpu"],
  memoryMB: 1000,
  models: [],
};

export function smallWorker(name: string, changes: Partial<WorkerState> = {}): WorkerState {
  return {
    name,
    ...SMALL_ABOUT,
    doing: null,
    done: 0,
    failed: 0,
    seconds: 0,
    busySeconds: 0,
    ...changes,
  };
}
