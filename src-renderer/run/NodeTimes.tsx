// What a node computes just now, and where the time of the run went in it, in a line.

import type { StageNetwork, StageTime } from "../../src-main/common/stage-times.ts";
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
  return (
    <p className="rs-node-times" data-measured>
      {[...Map.groupBy(own, ({ work }) => work)].map(([work, stages]) => {
        const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
        const passes = stages.reduce((sum, stage) => sum + stage.passes, 0);
        const isNow = current?.work === work;
        return (
          <span
            key={work}
            className={isNow ? "rs-is-now" : ""}
            title={passes === 0 ? words.loading : words.perPass(passes, printSeconds(seconds / passes))}
          >
            {isNow ? words.now(words.works[work]) : words.works[work]} {printSeconds(seconds)}
          </span>
        );
      })}
    </p>
  );
}

/** Those that are called as the node's file; where none is, all of the network. */
function stagesOf(stages: readonly StageTime[], network: StageNetwork, name: string): readonly StageTime[] {
  const all = stages.filter((stage) => stage.network === network || stage.beside.includes(network));
  const named = name === "" ? [] : all.filter((stage) => stage.name.includes(name));
  return named.length > 0 ? named : all;
}
