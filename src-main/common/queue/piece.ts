// What a worker is given to do at a time, and what it answers. Files are named by what they hold, never by a path: `queue/` maps them.

import { z } from "zod";
import { diagnosticSchema } from "../diagnostic-schema.ts";

/** Bytes in the queue's store are named by the SHA-256 of what they are. */
export const blobHash = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in hexadecimal");
export type BlobHash = z.output<typeof blobHash>;

/** The gradient of one micro-batch of one optimizer in one step. */
const gradientWork = z.strictObject({
  kind: z.literal("gradient"),
  /** Frozen, as JSON. */
  program: blobHash,
  /** Names of borders at which the graph of each optimizer is cut: all workers compute the same graphs. */
  cuts: z.record(z.string(), z.array(z.string())),
  /** The node that optimizes. */
  update: z.string(),
  step: z.int().nonnegative(),
  /** The first image of the micro-batch. */
  first: z.int().nonnegative(),
  /** The parameters as they are before the step, packed. */
  parameters: blobHash,
});
export type GradientWork = z.output<typeof gradientWork>;

/** A whole run, to its last step. */
const runWork = z.strictObject({
  kind: z.literal("run"),
  program: blobHash,
  /** Whether its images are sent back. */
  images: z.boolean(),
  /** Where it goes on: what a worker has handed over of it; `null`: from its first step. */
  checkpoint: blobHash.nullable(),
});
export type RunWork = z.output<typeof runWork>;

/** Some of many prompts. */
const promptsWork = z.strictObject({
  kind: z.enum(["evaluation", "application"]),
  /** What is asked, as JSON. */
  asked: blobHash,
});
export type PromptsWork = z.output<typeof promptsWork>;

export const pieceWork = z.discriminatedUnion("kind", [gradientWork, runWork, promptsWork]);
export type PieceWork = z.output<typeof pieceWork>;

/** Within its job. Letters, digits, `-`, `_` and `.`; BullMQ keeps the colon for itself. */
const pieceName = z.string().regex(/^[\w.-]{1,200}$/);

export const piece = z.strictObject({
  name: pieceName,
  work: pieceWork,
  /** Tells that whoever asks knows the token: see `queue/sign.ts`. */
  signature: z.string(),
});
export type Piece = z.output<typeof piece>;

export const answer = z.strictObject({
  worker: z.string(),
  /** By the worker's own clock: no two clocks are compared. */
  seconds: z.number().nonnegative(),
  blob: blobHash,
  /** Tells that the worker knows the token. */
  signature: z.string(),
});
export type Answer = z.output<typeof answer>;

/** How far a worker is with a run: people are told, and as long as it goes on nobody else tries it. */
export const pieceProgress = z.strictObject({
  worker: z.string(),
  /** Of learning, done and in all; 0 of 0: not known yet. */
  step: z.int().nonnegative(),
  total: z.int().nonnegative(),
  secondsLeft: z.number().nonnegative().nullable(),
  mayEndEarly: z.literal(true).exactOptional(),
});
export type PieceProgress = z.output<typeof pieceProgress>;

/** What a worker has handed over of a run, from which whoever takes it next goes on to the same bits. */
export const pieceCheckpoint = z.strictObject({
  worker: z.string(),
  /** Steps done. */
  step: z.int().nonnegative(),
  blob: blobHash,
  /** Tells that the worker knows the token. */
  signature: z.string(),
});
export type PieceCheckpoint = z.output<typeof pieceCheckpoint>;

/** What went wrong with a piece at a worker. */
export const pieceFailure = z.strictObject({ worker: z.string(), diagnostics: z.array(diagnosticSchema).min(1) });
export type PieceFailure = z.output<typeof pieceFailure>;
