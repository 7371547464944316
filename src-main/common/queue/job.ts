// What a coordinator announces to workers, and what workers tell of themselves.

import { z } from "zod";
import { deviceName } from "../device.ts";
import { blobHash } from "./piece.ts";

const jobKind = z.enum(["learning", "sweep", "evaluation", "application"]);

/** Weights, told apart by what they are (`weights/identity.ts`). */
export const modelIdentity = z.strictObject({
  identity: z.string().regex(/^[0-9a-f]{64}$/),
  /** How the coordinator calls it: what a person is told that is missing. */
  name: z.string(),
  /** Of all its files, so that a worker reads only what may be it. */
  bytes: z.int().nonnegative(),
});
export type ModelIdentity = z.output<typeof modelIdentity>;

/** Weights of a worker's folders, which may be what no job asks for. */
const foundModel = modelIdentity.omit({ identity: true });
export type FoundModel = z.output<typeof foundModel>;

/** A small file that workers fetch from the queue's store. */
export const sentFile = z.strictObject({ hash: blobHash, name: z.string() });
export type SentFile = z.output<typeof sentFile>;

export const jobTicket = z.strictObject({
  id: z.string().regex(/^[\w-]{1,100}$/),
  kind: jobKind,
  /** What people call it: the name of the file. */
  title: z.string(),
  /** Of the program and of what is sent: workers of another version compute something else. */
  version: z.string(),
  /** On which its pieces are computed: other kinds of device round otherwise. */
  device: deviceName,
  models: z.array(modelIdentity),
  files: z.array(sentFile),
  /** A worker that is not heard of for so long is taken for dead, and its piece given to another. */
  silenceMs: z.int().positive(),
  /** Milliseconds since 1970, by the coordinator's clock: to be shown, never compared. */
  begun: z.number(),
  /** Workers whose answers are not taken, with the reason. */
  banned: z.record(z.string(), z.string()),
  signature: z.string(),
});
export type JobTicket = z.output<typeof jobTicket>;

/** Why a worker takes no part in a job. */
export const jobRefusal = z.strictObject({ worker: z.string(), why: z.string() });
export type JobRefusal = z.output<typeof jobRefusal>;

export const workerState = z.strictObject({
  /** Unique among the workers of a queue. */
  name: z.string().regex(/^[\w.-]{1,100}$/, "letters, digits, _, - and ."),
  host: z.string(),
  pid: z.int(),
  version: z.string(),
  /** On which it computes. */
  device: deviceName,
  /** What else the machine has. */
  devices: z.array(deviceName),
  memoryMB: z.number(),
  models: z.array(foundModel),
  doing: z.strictObject({ job: z.string(), piece: z.string() }).nullable(),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** Since it came, by its own clock, and of these at work. */
  seconds: z.number(),
  busySeconds: z.number(),
});
export type WorkerState = z.output<typeof workerState>;

/** As others see it. */
export const heardWorker = workerState.extend({
  /** Since it has last told of itself, by the queue's clock. */
  silentSeconds: z.number().nonnegative(),
});
export type HeardWorker = z.output<typeof heardWorker>;

export const pieceCounts = z.strictObject({
  waiting: z.int().nonnegative(),
  taken: z.int().nonnegative(),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
});
export type PieceCounts = z.output<typeof pieceCounts>;

/** What `reneg queue` prints. */
export const queueReport = z.strictObject({
  jobs: z.array(
    z.strictObject({
      ...jobTicket.omit({ signature: true }).shape,
      pieces: pieceCounts,
      refusals: z.array(jobRefusal),
    }),
  ),
  workers: z.array(heardWorker),
});
export type QueueReport = z.output<typeof queueReport>;
