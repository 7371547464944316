// What a run's reward has become: as evaluated where it was, else as its steps tell it.

import { describeCourse, describeEvaluated } from "../../src-main/common/reward-words.ts";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";

const words = text.learning.gallery;

export function RewardOfRun({
  run: { reward, evaluated },
}: {
  readonly run: Pick<RunSummary, "reward" | "evaluated">;
}) {
  if (reward === null) return null;
  const learning = describeCourse(reward);
  if (evaluated === null) return <span>{words.reward(learning)}</span>;
  return <span title={words.evaluatedHelp(learning)}>{words.reward(describeEvaluated(evaluated))}</span>;
}
