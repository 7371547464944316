// A piece as the engine of a worker gets it: with the bytes it names, and with where its files lie on this machine.

import { z } from "zod";
import { deviceName } from "../device.ts";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { runEvent } from "../run-events.ts";
import { blobHash, pieceWork } from "./piece.ts";

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes");

export const pieceTask = z.object({
  work: pieceWork,
  device: deviceName,
  /** Those that `work` names. */
  blobs: z.record(blobHash, bytes),
  /** By the words that stand for paths in what was sent. */
  paths: z.record(z.string(), z.string()),
});
export type PieceTask = z.output<typeof pieceTask>;

/** What a run is handed over as, so that another worker can go on with it. */
const checkpointEvent = z.object({
  type: z.literal("checkpoint"),
  /** Steps done. */
  step: z.int().nonnegative(),
  bytes,
});
export type CheckpointEvent = z.output<typeof checkpointEvent>;

export const pieceEvent = z.discriminatedUnion("type", [checkpointEvent, runEvent]);
export type PieceEvent = z.output<typeof pieceEvent>;

export const pieceResult = z.object({
  /** The answer, packed as its kind has it. */
  bytes,
  /** What a person should hear of it, who sits at the coordinator: each once. */
  warnings: z.array(diagnosticSchema),
});
export type PieceResult = z.output<typeof pieceResult>;
