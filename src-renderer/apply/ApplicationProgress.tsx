// How far the drawing is, what is left of it, and what one can ask of it.

import type { ApplyColumn } from "../../src-main/common/applying.ts";
import type { Job, JobState } from "../../src-main/common/studio/job.ts";
import { studio } from "../api/studio.ts";
import { EngineSilence } from "../run/EngineSilence.tsx";
import { printSecondsLeft } from "../run/format.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { columnLabel } from "./video-of.ts";

const words = text.applying;

/** What may be asked of a drawing in each state. */
const DRAWING_COMMANDS = {
  queued: ["pause", "stop"],
  running: ["pause", "stop"],
  stopping: [],
  paused: ["resume", "stop"],
  stopped: [],
  done: [],
  failed: ["resume"],
} as const satisfies Readonly<Record<JobState, readonly (keyof typeof words.commands)[]>>;

interface ApplicationProgressProps {
  readonly job: Job;
  /** `null`: not known yet. */
  readonly columns: readonly ApplyColumn[] | null;
}

export function ApplicationProgress({ job, columns }: ApplicationProgressProps) {
  const { run, name, state, step, total, phase } = job;
  const help: Partial<Record<string, string>> = words.commandHelp;
  return (
    <div className="rs-application-progress">
      <progress max={Math.max(1, phase?.total ?? total)} value={phase?.done ?? step} aria-label={name} />
      <p>
        <span className={`rs-job-state rs-job-${state}`}>{stateLabel(state)}</span> {explain(job, columns).join(" · ")}
      </p>
      <span className="rs-run-commands">
        {DRAWING_COMMANDS[state].map((command) => (
          <button
            key={command}
            type="button"
            className="rs-button rs-button-small"
            title={help[command]}
            onClick={() => attempt(() => studio.command({ run, command }))}
          >
            {words.commands[command]}
          </button>
        ))}
      </span>
      <EngineSilence job={job} />
    </div>
  );
}

/** In the words of drawing where they differ from those of learning. */
export function stateLabel(state: JobState): string {
  return { ...text.learning.states, ...words.states }[state];
}

function explain({ state, step, total, phase, secondsLeft }: Job, columns: readonly ApplyColumn[] | null): string[] {
  if (state === "queued") return [words.waiting];
  const left = state === "running" && secondsLeft !== null ? [words.left(printSecondsLeft(secondsLeft))] : [];
  if (phase !== null) return [words.phase(phase.name, phase.done, phase.total), ...left];
  if (state === "running" && step === 0) return [words.loading];
  const steps = total === 0 ? [] : [words.step(step, total)];
  if (columns === null || columns.length === 0 || total === 0) return [...steps, ...left];
  const at = Math.min(columns.length - 1, Math.floor((step * columns.length) / total));
  const column = columns[at];
  return [
    ...(column === undefined ? [] : [words.drawing(columnLabel(column), at + 1, columns.length)]),
    ...steps,
    ...left,
  ];
}
