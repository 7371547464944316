// Some prompts of an evaluation for a coordinator elsewhere: drawn and scored as in its own process.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { applyRequest } from "../../common/applying.ts";
import { evaluationScore } from "../../common/evaluation-report.ts";
import type { PieceTask } from "../../common/queue/piece-task.ts";
import type { EvaluationWork } from "../../common/queue/piece.ts";
import type { RunEvent } from "../../common/run-events.ts";
import type { TargetEvaluation } from "../../evaluation/evaluate-target.ts";
import { encodePng, readPictureBytes } from "../../pictures/picture.ts";
import { changePaths } from "../../program/program-paths.ts";
import { pack, unpack } from "../../queue/pack.ts";
import { evaluateShard, evaluationRewards } from "../evaluate-shard.ts";
import { openTargetOf } from "../open-target-of.ts";
import { pathOfWord, readSentJson } from "./sent-program.ts";

/** What is asked: words stand for its paths. */
export const sentEvaluation = z.strictObject({
  request: applyRequest,
  rewards: evaluationRewards,
  prompts: z.array(z.string()).min(1),
  /** Places of the prompts whose images are sent back. */
  shown: z.array(z.int().nonnegative()),
});
export type SentEvaluation = z.output<typeof sentEvaluation>;

/** Of `SentEvaluation`; what steers a ControlNet is drawn by whoever evaluates. */
export const EVALUATION_PATHS = [
  ...["embedding", "to", "base", "tokenizer", "textEncoder", "embeddings"].map((name) => `request.${name}`),
  "rewards.reward",
  "rewards.heldOut",
];

interface EvaluationContext {
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** @throws Refusal if it names a file of its own choice, or something that does not fit here */
export async function evaluationPiece(
  { evaluation }: EvaluationWork,
  task: PieceTask,
  { emit, signal }: EvaluationContext,
): Promise<Uint8Array> {
  const sent = sentEvaluation.parse(readSentJson(evaluation, task.blobs));
  const { shown, ...asked } = changePaths(sent, EVALUATION_PATHS, (word) => pathOfWord(word, task.paths));
  const folder = mkdtempSync(join(tmpdir(), "reneg-evaluation-"));
  try {
    const { device } = task;
    const target = openTargetOf(asked.request);
    return await packEvaluation(
      await evaluateShard({ ...asked, shown: new Set(shown), target, folder, device, emit, signal }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const told = z.object({ scores: z.array(evaluationScore), frames: z.array(z.int().nonnegative()) });

async function packEvaluation({ scores, videos }: TargetEvaluation): Promise<Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const [i, video] of videos.entries())
    for (const [frame, picture] of video.entries()) parts.set(`${i}.${frame}`, await encodePng(picture));
  const json = { scores: [...scores], frames: videos.map(({ length }) => length) } satisfies z.input<typeof told>;
  return pack({ json, parts });
}

/** Images as PNG, a list for each score. */
export interface AnsweredEvaluation extends Pick<TargetEvaluation, "scores"> {
  readonly videos: readonly (readonly Uint8Array[])[];
}

/** @throws Error saying why it cannot be used */
export function readEvaluation(bytes: Uint8Array): AnsweredEvaluation {
  const { json, parts } = unpack(bytes);
  const { scores, frames } = told.parse(json);
  if (frames.length !== scores.length) throw new Error(`it answered ${frames.length} images of ${scores.length}`);
  const videos = frames.map((count, i) =>
    Array.from({ length: count }, (_, frame) => {
      const png = parts.get(`${i}.${frame}`);
      if (png === undefined) throw new Error("it answered fewer images than it tells");
      return png;
    }),
  );
  return { scores, videos };
}

/** @throws Refusal for what is no image */
export async function decodeEvaluation({ scores, videos }: AnsweredEvaluation): Promise<TargetEvaluation> {
  const decoded = videos.map((video) => Promise.all(video.map((png) => readPictureBytes(png, "an image of a worker"))));
  return { scores, videos: await Promise.all(decoded) };
}
