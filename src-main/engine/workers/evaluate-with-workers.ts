// An evaluation whose prompts are drawn and scored by workers; the report is that of one process.

import { CONDITIONS } from "../../common/evaluation-report.ts";
import type { TargetEvaluation } from "../../evaluation/evaluate-target.ts";
import type { EvaluationShard } from "../evaluate-shard.ts";
import { evaluationPrompts, readEvaluation, type SentEvaluation } from "../pieces/evaluation-piece.ts";
import { groupsOf, handOutPrompts } from "./hand-out-prompts.ts";
import type { Crew } from "./open-job.ts";

/** So few that a lost piece costs little, so many that opening the models is not most of it. */
const PROMPTS_A_PIECE = 8;

interface EvaluatingCrew extends Crew {
  /** Images done, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/** @throws Refusal if a piece cannot be done; the reason of `signal` */
export async function evaluateWithWorkers(
  { request, rewards, prompts, shown }: EvaluationShard,
  { onProgress, ...crew }: EvaluatingCrew,
): Promise<TargetEvaluation> {
  const pieces = groupsOf(prompts, PROMPTS_A_PIECE).map(({ first, group }): SentEvaluation => {
    const places = [...shown].map((place) => place - first);
    return { request, rewards, prompts: group, shown: places.filter((place) => place >= 0 && place < group.length) };
  });
  const answers: TargetEvaluation[] = [];
  await handOutPrompts(evaluationPrompts, pieces, crew, {
    read: readEvaluation,
    onAnswer: (piece, answer) => void (answers[piece] = answer),
    onProgress: (done, total) => onProgress(CONDITIONS.length * done, CONDITIONS.length * total),
  });
  return {
    scores: answers.flatMap(({ scores }) => scores),
    videos: answers.flatMap(({ videos }) => videos),
  };
}
