// The frames that travel between the asking and the answering side, and the pipe they travel through.

import { z } from "zod";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import type { Diagnostic } from "../diagnostic.ts";

/** A pipe for frames, in order, in both directions: a child process, a message port, a socket. */
export interface Channel {
  /** Does nothing once the pipe is closed. */
  readonly send: (frame: Frame) => void;
  readonly onFrame: (listener: (frame: Frame) => void) => void;
  /** Called once, with what is known of the reason. */
  readonly onClose: (listener: (why: Diagnostic) => void) => void;
}

/** The answering side may send this many events that were not acknowledged yet. */
export const EVENT_WINDOW = 8;

const id = z.int().nonnegative();

const frameSchema = z.discriminatedUnion("type", [
  // From the asking side.
  z.object({ type: z.literal("request"), id, method: z.string(), input: z.unknown() }),
  z.object({ type: z.literal("acknowledge"), id }),
  z.object({ type: z.literal("cancel"), id }),
  // From the answering side.
  z.object({ type: z.literal("event"), id, event: z.unknown() }),
  z.object({ type: z.literal("result"), id, result: z.unknown() }),
  z.object({ type: z.literal("failure"), id, diagnostics: z.array(diagnosticSchema).readonly() }),
]);
export type Frame = z.output<typeof frameSchema>;

/** Every channel reads what it receives through this. Throws on what is no frame: both ends are ours. */
export function readFrame(received: unknown): Frame {
  return frameSchema.parse(received);
}
