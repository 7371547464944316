// What a node computes just now, and where the time of the run went in it.

import type { StageNetwork, StageTime, StageWork } from "../../src-main/common/stage-times.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { text } from "../text/text.ts";
import { printSeconds } from "./format.ts";
import { useJobOfTab } from "./use-job-of-tab.ts";

const words = text.learning.stages;

interface NodeTimesProps {
  readonly network: StageNetwork;
  /** Part of the names of its stages, where several nodes stand for networks of one kind. */
  readonly name: string;
}

export function NodeTimes({ network, name }: NodeTimesProps) {
  const job = useJobOfTab();
  const times = runStore(({ live }) => (live[job?.run ?? ""] ?? EMPTY_RUN).times);
  if (job === undefined || times === null) return null;
  const own = stagesOf(times.stages, network, name);
  if (own.length === 0) return null;
  const current = job.state === "running" ? own.find((stage) => stage.name === times.current) : undefined;
  const loadSeconds = own.reduce((sum, stage) => sum + stage.loadSeconds, 0);
  return (
    <dl className={current === undefined ? "rs-node-times" : "rs-node-times rs-is-working"}>
      {[...Map.groupBy(own, ({ work }) => work)].map(([work, stages]) => (
        <Time key={work} work={work} stages={stages} isNow={current?.work === work} />
      ))}
      <dt>{words.loading}</dt>
      <dd>{printSeconds(loadSeconds)}</dd>
    </dl>
  );
}

interface TimeProps {
  readonly work: StageWork;
  readonly stages: readonly StageTime[];
  readonly isNow: boolean;
}

function Time({ work, stages, isNow }: TimeProps) {
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const passes = stages.reduce((sum, stage) => sum + stage.passes, 0);
  return (
    <>
      <dt className={isNow ? "rs-is-now" : ""}>{isNow ? words.now(words.works[work]) : words.works[work]}</dt>
      <dd title={passes === 0 ? undefined : words.perPass(passes, printSeconds(seconds / passes))}>
        {printSeconds(seconds)}
      </dd>
    </>
  );
}

/** Those that are called as the node's file; where none is, all of the network. */
function stagesOf(stages: readonly StageTime[], network: StageNetwork, name: string): readonly StageTime[] {
  const all = stages.filter((stage) => stage.network === network);
  const named = name === "" ? [] : all.filter((stage) => stage.name.includes(name));
  return named.length > 0 ? named : all;
}
