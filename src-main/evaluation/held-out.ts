// Scores by a reward that was not maximized: without one nothing is proved.

import { refuse } from "../common/diagnostic.ts";
import type { EvaluationScore } from "../common/evaluation-report.ts";
import type { ComparedScore, Conditions } from "./compare-images.ts";

/** @throws Refusal without a held-out reward: the one that was maximized proves nothing */
export function requireHeldOut({ learned }: Conditions): void {
  if (learned.heldOut.size > 0) return;
  refuse({
    code: "evaluation-held-out",
    at: { part: "heldOut" },
    message: "there is no reward but the one that was trained against, and that one alone proves nothing",
    help: "connect another reward as held-out, or name one under `heldOut`; docs/rewards.md lists them",
  });
}

export function withHeldOut(scores: readonly ComparedScore[]): EvaluationScore[] {
  return scores.map(({ heldOut, ...score }) => {
    if (heldOut === undefined) throw new Error("an image without a held-out score");
    return { ...score, heldOut };
  });
}
