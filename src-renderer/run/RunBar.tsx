// The head of the run that is shown: what it does, and what one can ask of it.

import {
  ArrowDown,
  ArrowUp,
  Download,
  FolderOpen,
  Images,
  type LucideIcon,
  Pause,
  Play,
  Power,
  Save,
  Square,
  Workflow,
  X,
} from "lucide-react";
import type { Job, JobCommand, JobState } from "../../src-main/common/studio/job.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { ApplyButton } from "../apply/ApplyButton.tsx";
import { RateButton } from "../rating/RateButton.tsx";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { ActionButton } from "../ui/ActionButton.tsx";
import { IconButton, IconLink } from "../ui/IconButton.tsx";
import { JobProgress } from "./JobList.tsx";
import { canBeAsked } from "./offered-commands.ts";
import { openWorkflowOfRun } from "./open-workflow-of-run.ts";
import { tellRun } from "./tell-run.ts";

const words = text.learning;
/** What may be asked in each state. */
const COMMANDS: Readonly<Record<JobState, readonly JobCommand[]>> = {
  queued: ["earlier", "later", "stop"],
  running: ["pause", "stop", "sample now", "save now"],
  stopping: [],
  paused: ["resume", "stop", "forget"],
  stopped: ["forget"],
  done: ["forget"],
  failed: ["resume", "forget"],
};

const ICONS = {
  pause: Pause,
  resume: Play,
  stop: Square,
  earlier: ArrowUp,
  later: ArrowDown,
  forget: X,
  "sample now": Images,
  "save now": Save,
  "end engine": Power,
} as const satisfies Readonly<Record<JobCommand, LucideIcon>>;

interface RunBarProps {
  readonly run: string;
  /** As long as it is in the list. */
  readonly job: Job | undefined;
  readonly detail: RunDetail | null;
}

export function RunBar({ run, job, detail }: RunBarProps) {
  const state = job?.state ?? detail?.state;
  const number = job?.number ?? detail?.number;
  const name = [number === undefined ? "" : `${text.run.name(number)} · `, detail?.name ?? job?.name ?? run].join("");
  return (
    <div className="rs-run-bar">
      <strong className="rs-run-name" title={name}>
        {name}
      </strong>
      {state === undefined ? null : <span className={`rs-job-state rs-job-${state}`}>{words.states[state]}</span>}
      {job === undefined ? null : <JobProgress job={job} />}
      <span className="rs-run-commands">
        {(job === undefined ? [] : COMMANDS[job.state].filter((command) => canBeAsked(job, command))).map((command) => (
          <ActionButton
            key={command}
            icon={ICONS[command]}
            label={words.commands[command]}
            help={help(command, job)}
            spoken={number === undefined ? undefined : words.commandFor(words.commands[command], number)}
            isCommand
            onClick={() => tellRun(run, command)}
          />
        ))}
        {detail === null ? null : <RunLinks detail={detail} />}
      </span>
    </div>
  );
}

function RunLinks({ detail: { id, embedding, workflow, folder, name } }: { readonly detail: RunDetail }) {
  return (
    <>
      {embedding === null ? null : (
        <>
          <ApplyButton embedding={{ path: embedding.path, name }} />
          {embedding.url === null ? null : <IconLink icon={Download} label={words.run.download} href={embedding.url} />}
        </>
      )}
      <RateButton run={id} />
      {workflow === null || workflow === undefined ? null : (
        <IconButton
          icon={Workflow}
          label={words.run.openWorkflow}
          onClick={() => attempt(() => openWorkflowOfRun(name, workflow))}
        />
      )}
      {window.studioShell === undefined ? null : (
        <IconButton
          icon={FolderOpen}
          label={words.run.folder}
          onClick={() => attempt(() => studio.reveal({ path: folder }))}
        />
      )}
    </>
  );
}

function help(command: JobCommand, job: Job | undefined): string | undefined {
  if (command === "stop" && (job?.workers ?? null) !== null) return words.stopAtWorker;
  const known: Partial<Record<JobCommand, string>> = words.commandHelp;
  return known[command];
}
