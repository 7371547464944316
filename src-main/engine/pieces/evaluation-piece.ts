// Some prompts of an evaluation: drawn and scored by whoever is asked, and the images of those handed over that the report shows.

import { z } from "zod";
import { applyRequest } from "../../common/applying.ts";
import { CONDITIONS, type EvaluationScore, evaluationScore } from "../../common/evaluation-report.ts";
import type { TargetEvaluation } from "../../evaluation/evaluate-target.ts";
import type { Packed } from "../../queue/pack.ts";
import { evaluateShard, evaluationRewards } from "../evaluate-shard.ts";
import { openTargetOf } from "../open-target-of.ts";
import { packVideos, unpackVideos } from "./pack-videos.ts";
import { type PromptsKind, REQUEST_PATHS } from "./prompts-piece.ts";

const sentEvaluation = z.strictObject({
  request: applyRequest,
  rewards: evaluationRewards,
  prompts: z.array(z.string()).min(1),
  /** Places of the prompts whose images are sent back. */
  shown: z.array(z.int().nonnegative()),
});
export type SentEvaluation = z.output<typeof sentEvaluation>;

const told = z.object({ scores: z.array(evaluationScore), frames: z.array(z.int().nonnegative()) });

export const evaluationPrompts: PromptsKind<SentEvaluation> = {
  kind: "evaluation",
  sent: sentEvaluation,
  // What steers a ControlNet is drawn by whoever evaluates.
  paths: [...REQUEST_PATHS, "rewards.reward", "rewards.heldOut"],
  async compute({ shown, ...asked }, context) {
    const target = openTargetOf(asked.request);
    const { scores, videos } = await evaluateShard({ ...asked, ...context, shown: new Set(shown), target });
    const json = { scores: [...scores], frames: videos.map(({ length }) => length) } satisfies z.input<typeof told>;
    return { json, parts: await packVideos(videos) };
  },
};

/** @throws Error for what is not of this piece, or no number */
export async function readEvaluation({ json, parts }: Packed, sent: SentEvaluation): Promise<TargetEvaluation> {
  const { scores, frames } = told.parse(json);
  const { prompts, shown, request } = sent;
  const expected = prompts.flatMap((prompt) => CONDITIONS.map((condition) => ({ condition, prompt })));
  const isOf = ({ condition, prompt, seed, train, heldOut }: EvaluationScore, i: number): boolean =>
    condition === expected[i]?.condition &&
    prompt === expected[i].prompt &&
    seed === request.seed &&
    Number.isFinite(train) &&
    Number.isFinite(heldOut);
  if (scores.length !== expected.length || !scores.every(isOf))
    throw new Error("it answered scores of other images, or none that are finite");
  const isShown = (i: number): boolean => shown.includes(Math.floor(i / CONDITIONS.length));
  if (frames.length !== scores.length || !frames.every((count, i) => count > 0 === isShown(i)))
    throw new Error("it answered other images than were asked for");
  return { scores, videos: await unpackVideos(frames, parts) };
}
