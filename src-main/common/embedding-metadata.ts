// What a learned embedding's file says about itself. Nothing here depends on when or where it was written, so the same run gives the same file.

import { z } from "zod";
import { embeddingSpace } from "./embedding-space.ts";
import { embeddingStart } from "./embedding-strength.ts";
import { nullTextFingerprint } from "./null-text-fingerprint.ts";

/** What was done to the embedding after it was learned. */
const operation = z.object({
  kind: z.literal("combined"),
  /** This embedding is one of them. Weights are relative to their sum. */
  parts: z.array(
    z.union([z.object({ file: z.string(), weight: z.number() }), z.object({ text: z.string(), weight: z.number() })]),
  ),
  /** 1 leaves the average as it is, 0 is the null text. */
  strength: z.number(),
});
export type EmbeddingOperation = z.output<typeof operation>;

export const embeddingMetadata = z.object({
  formatVersion: z.literal(1),
  /** `reneg-studio 0.1.0` */
  createdWith: z.string(),
  /** Only for show: programs have a format version of their own, and an embedding stays readable when they change. */
  program: z.record(z.string(), z.unknown()).exactOptional(),
  /** In place of a program, in files of earlier versions. */
  recipe: z.record(z.string(), z.unknown()).exactOptional(),
  /** The workflow that it was made by, if any. */
  workflow: z.record(z.string(), z.unknown()).exactOptional(),
  /** The model it was learned with; the hash is of its UNet's weights. */
  base: z.object({ name: z.string(), unet: z.string() }),
  space: embeddingSpace,
  nullText: nullTextFingerprint,
  rewards: z.array(z.object({ name: z.string(), role: z.enum(["train", "held-out"]) })),
  seed: z.int().nonnegative(),
  /** Steps done: fewer than were asked for if the run was stopped. */
  steps: z.int().nonnegative(),
  /** What it was learned from; absent in files of earlier versions. */
  start: embeddingStart.exactOptional(),
  /** The guidance it was learned at, and works best with. */
  guidance: z.number(),
  /** In order; absent in an embedding as it was learned. */
  operations: z.array(operation).exactOptional(),
});
export type EmbeddingMetadata = z.output<typeof embeddingMetadata>;
