// An evaluation whose prompts are drawn and scored by workers, some of them a piece. Each image depends on its prompt and seed alone, so that
// the report is that of one process.

import { CONDITIONS, type EvaluationScore } from "../../common/evaluation-report.ts";
import type { TargetEvaluation } from "../../evaluation/evaluate-target.ts";
import { changePaths } from "../../program/program-paths.ts";
import type { AskedPiece } from "../../queue/coordinator/asked-piece.ts";
import { gatherFiles } from "../../queue/files/sent-files.ts";
import type { EvaluationShard } from "../evaluate-shard.ts";
import {
  type AnsweredEvaluation,
  decodeEvaluation,
  EVALUATION_PATHS,
  readEvaluation,
  type SentEvaluation,
} from "../pieces/evaluation-piece.ts";
import { type Crew, openJob } from "./open-job.ts";

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
  const gathered = gatherFiles();
  const sent = piecesOf(prompts).map(({ first, texts }) =>
    changePaths(
      {
        request,
        rewards,
        prompts: texts,
        shown: [...shown].map((place) => place - first).filter((place) => place >= 0 && place < texts.length),
      } satisfies SentEvaluation,
      EVALUATION_PATHS,
      gathered.wordOf,
    ),
  );
  const coordinator = await openJob("evaluation", gathered, crew);
  const answers: AnsweredEvaluation[] = [];
  try {
    const asked: AskedPiece[] = [];
    for (const [i, piece] of sent.entries()) {
      const evaluation = await coordinator.publish(Buffer.from(JSON.stringify(piece)));
      asked.push({ name: `prompts-${i * PROMPTS_A_PIECE + 1}`, work: { kind: "evaluation", evaluation } });
    }
    await coordinator.carryOut(asked, {
      read: (bytes, index) => checked(readEvaluation(bytes), sent[index]),
      onAnswer: (index, { result }) => void (answers[index] = result),
      onProgress: ({ done }) =>
        onProgress(
          CONDITIONS.length * Math.min(prompts.length, done * PROMPTS_A_PIECE),
          CONDITIONS.length * prompts.length,
        ),
    });
  } finally {
    await coordinator.close();
  }
  return decodeEvaluation({
    scores: answers.flatMap(({ scores }) => scores),
    videos: answers.flatMap(({ videos }) => videos),
  });
}

function piecesOf(prompts: readonly string[]): { readonly first: number; readonly texts: string[] }[] {
  const count = Math.ceil(prompts.length / PROMPTS_A_PIECE);
  return Array.from({ length: count }, (_, i) => {
    const first = i * PROMPTS_A_PIECE;
    return { first, texts: prompts.slice(first, first + PROMPTS_A_PIECE) };
  });
}

/** @throws Error for what is not of this piece, or no number */
function checked(answer: AnsweredEvaluation, sent: SentEvaluation | undefined): AnsweredEvaluation {
  if (sent === undefined) throw new Error("it answered a piece that nobody has asked for");
  const { prompts, shown, request } = sent;
  const expected = prompts.flatMap((prompt) => CONDITIONS.map((condition) => ({ condition, prompt })));
  const isOf = ({ condition, prompt, seed, train, heldOut }: EvaluationScore, i: number): boolean =>
    condition === expected[i]?.condition &&
    prompt === expected[i].prompt &&
    seed === request.seed &&
    Number.isFinite(train) &&
    Number.isFinite(heldOut);
  if (answer.scores.length !== expected.length || !answer.scores.every(isOf))
    throw new Error("it answered scores of other images, or none that are finite");
  const isShown = (i: number): boolean => shown.includes(Math.floor(i / CONDITIONS.length));
  if (!answer.videos.every((video, i) => video.length > 0 === isShown(i)))
    throw new Error("it answered other images than were asked for");
  return answer;
}
