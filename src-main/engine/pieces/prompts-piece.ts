// Some of many prompts for a coordinator elsewhere: what is asked of them is read, done as in its own process, and packed.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import type { DeviceName } from "../../common/device.ts";
import type { PieceTask } from "../../common/queue/piece-task.ts";
import type { PromptsWork } from "../../common/queue/piece.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { changePaths } from "../../program/program-paths.ts";
import { pack, type Packed } from "../../queue/pack.ts";
import { pathOfWord, readSentJson } from "./sent-program.ts";

/** What is asked of some prompts, as coordinators send it and workers do it. */
export interface PromptsKind<Sent extends AskedOfPrompts> {
  readonly kind: PromptsWork["kind"];
  readonly sent: z.ZodType<Sent>;
  /** Where paths stand in it; what is sent has words for them. */
  readonly paths: readonly string[];
  readonly compute: (sent: Sent, context: ComputeContext) => Promise<Packed>;
}

/** Where an application that is sent as `request` names files, but for what steers. */
export const REQUEST_PATHS: readonly string[] = [
  "embedding",
  "to",
  "base",
  "tokenizer",
  "textEncoder",
  "embeddings",
].map((name) => `request.${name}`);

export interface AskedOfPrompts {
  readonly prompts: readonly unknown[];
}

export interface ComputeContext {
  readonly device: DeviceName;
  /** For what is not kept. */
  readonly folder: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** @throws Refusal if it names a file of its own choice, or something that does not fit here */
export async function promptsPiece<Sent extends AskedOfPrompts>(
  { sent, paths, compute }: PromptsKind<Sent>,
  { asked }: PromptsWork,
  task: PieceTask,
  context: Pick<ComputeContext, "emit" | "signal">,
): Promise<Uint8Array> {
  const words = sent.parse(readSentJson(asked, task.blobs));
  const folder = mkdtempSync(join(tmpdir(), "reneg-prompts-"));
  try {
    const { device } = task;
    const named = changePaths(words, paths, (word) => pathOfWord(word, task.paths));
    return pack(await compute(named, { ...context, device, folder }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
