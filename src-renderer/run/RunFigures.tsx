// The second line of the run that is shown: its reward, the time of a step, what it takes of the machine, and what tells it from others.
// What there is no room for is left out as a whole; the results tell all of it.

import { printRewardMean } from "../../src-main/common/reward-words.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import { printSeconds } from "./format.ts";
import { RewardOfRun } from "./RewardOfRun.tsx";
import { RunFacts } from "./RunFacts.tsx";
import { RunVitals } from "./RunVitals.tsx";

const words = text.learning;

interface RunFiguresProps {
  /** As long as the run is in the list. */
  readonly job: Job | undefined;
  readonly detail: RunDetail | null;
}

export function RunFigures({ job, detail }: RunFiguresProps) {
  const seconds = job?.secondsPerStep ?? null;
  return (
    <div className="rs-run-figures">
      <Reward job={job} detail={detail} />
      {seconds === null ? null : <span data-measured>{words.queue.perStep(printSeconds(seconds))}</span>}
      <RunVitals job={job} />
      {detail === null ? null : <RunFacts run={detail} />}
    </div>
  );
}

/** As evaluated; until then that of the newest steps while they come, and of all steps once they have. */
function Reward({ job, detail }: RunFiguresProps) {
  const isEvaluated = detail !== null && detail.evaluated !== null;
  if (detail !== null && (isEvaluated || job === undefined)) return <RewardOfRun run={detail} />;
  const reward = job?.reward ?? null;
  if (reward === null) return null;
  return (
    <span title={words.run.rewardHelp(reward.steps)}>
      {words.run.reward} {printRewardMean(reward)}
    </span>
  );
}
