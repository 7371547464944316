// Runs that belong together, out of all runs, with what the queue knows of them just now.

import type { Job } from "../../../src-main/common/studio/job.ts";
import type { RunSummary } from "../../../src-main/common/studio/run.ts";
import type { SweepOfRun } from "../../../src-main/common/sweep.ts";
import { asSentence } from "../../text/sentence.ts";
import { text } from "../../text/text.ts";
import { printReward, printSeconds } from "../format.ts";
import type { RunColumn } from "../table/run-columns.ts";

const words = text.sweep.panel;

export interface Sweep {
  readonly id: string;
  readonly name: string;
  /** What varies, in the order in which it was asked for. */
  readonly labels: readonly string[];
  /** In the order of their numbers. */
  readonly runs: readonly RunSummary[];
}

/** The newest first. */
export function sweepsOf(runs: readonly RunSummary[], jobs: readonly Job[]): readonly Sweep[] {
  const jobOf = new Map(jobs.map((job) => [job.run, job]));
  const byId = Map.groupBy(
    runs.flatMap((run) => (run.sweep === null ? [] : [{ ...run, sweep: run.sweep }])),
    ({ sweep }) => sweep.id,
  );
  return [...byId]
    .map(([id, own]): Sweep => {
      const { name = "", values = [] } = own[0]?.sweep ?? {};
      return {
        id,
        name,
        labels: values.map(({ label }) => label),
        runs: own.map((run) => asOfNow(run, jobOf.get(run.id))).toSorted((a, b) => a.number - b.number),
      };
    })
    .toSorted((a, b) => (b.runs[0]?.number ?? 0) - (a.runs[0]?.number ?? 0));
}

/** Summaries are asked for when something ends; the queue is told with every step. */
function asOfNow(run: RunSummary, job: Job | undefined): RunSummary {
  if (job === undefined) return run;
  const reward = job.reward === null ? run.reward : { first: run.reward?.first ?? null, last: job.reward };
  const { worker } = job.workers ?? run;
  return { ...run, state: job.state, step: Math.max(job.step, run.step), reward, worker, seconds: secondsOf(run, job) };
}

function secondsOf({ seconds }: RunSummary, { workedSeconds }: Job): number {
  return Math.max(seconds, workedSeconds);
}

type Swept = SweepOfRun["values"][number];

export function sweptValue({ sweep }: RunSummary, label: string): Swept | undefined {
  return sweep?.values.find((value) => value.label === label);
}

const NONE = "–";

export const MEASURES = {
  heldOut: { value: ({ bestHeldOut }: RunSummary) => bestHeldOut, print: printReward },
  reward: { value: ({ reward }: RunSummary) => reward?.last.mean ?? null, print: printReward },
  time: { value: ({ seconds }: RunSummary) => (seconds === 0 ? null : seconds), print: printSeconds },
} as const;
export type Measure = keyof typeof MEASURES;

interface SweepColumns {
  readonly labels: readonly string[];
  /** Whether workers do the runs. */
  readonly hasWorkers: boolean;
  /** Why a run failed; `undefined`: it did not, or nobody knows any more. */
  readonly whyOf: (run: string) => string | undefined;
}

export function sweepColumns({ labels, hasWorkers, whyOf }: SweepColumns): RunColumn[] {
  const worker: RunColumn = {
    id: "worker",
    label: words.columns.worker,
    isNumber: false,
    value: (run) => run.worker,
    print: (run) => run.worker ?? NONE,
  };
  return [
    {
      id: "run",
      label: words.columns.run,
      isNumber: true,
      opens: true,
      value: ({ number }) => number,
      print: ({ number }) => `${number}`,
    },
    ...labels.map((label): RunColumn => {
      const valueOf = (run: RunSummary): number | string | null => {
        const swept = sweptValue(run, label);
        return swept === undefined ? null : typeof swept.value === "number" ? swept.value : swept.words;
      };
      const print = (run: RunSummary): string => sweptValue(run, label)?.words ?? NONE;
      return { id: `param ${label}`, label, isNumber: false, value: valueOf, print };
    }),
    ...(["heldOut", "reward", "time"] as const).map((id): RunColumn => {
      const { value, print } = MEASURES[id];
      const printed = (run: RunSummary): string => {
        const number = value(run);
        return number === null ? NONE : print(number);
      };
      const help = id === "heldOut" ? { help: words.heldOutHelp } : {};
      return { id, label: words.columns[id], isNumber: true, value, print: printed, ...help };
    }),
    ...(hasWorkers ? [worker] : []),
    {
      id: "state",
      label: words.columns.state,
      isNumber: false,
      value: ({ state }) => text.learning.states[state],
      print: (run) => printState(run, whyOf(run.id)),
    },
  ];
}

function printState({ state, step, total }: RunSummary, why: string | undefined): string {
  const told = text.learning.states[state];
  if (state === "failed" && why !== undefined) return words.why(told, asSentence(why));
  const isOpen = state === "running" || state === "paused" || state === "stopping";
  return isOpen ? words.working(told, step, total) : told;
}
