// Pause, resume and stop of one run, as small buttons that say which run they are about.

import { Pause, Play, Square } from "lucide-react";
import type { Job, JobState } from "../../src-main/common/studio/job.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { canBeAsked } from "./offered-commands.ts";
import { tellRun } from "./tell-run.ts";

const BUTTONS = { pause: Pause, resume: Play, stop: Square } as const;
type Button = keyof typeof BUTTONS;

const OF_STATE: Readonly<Record<JobState, readonly Button[]>> = {
  queued: ["stop"],
  running: ["pause", "stop"],
  stopping: [],
  paused: ["resume", "stop"],
  stopped: [],
  done: [],
  failed: ["resume"],
};

interface RunButtonsProps {
  readonly job: Job;
  /** Of the command that pauses and resumes. */
  readonly pauseKeys?: string;
}

export function RunButtons({ job, pauseKeys = "" }: RunButtonsProps) {
  const { run, number, state } = job;
  const offered = OF_STATE[state].filter((command) => canBeAsked(job, command));
  return offered.map((command) => (
    <IconButton
      key={command}
      icon={BUTTONS[command]}
      label={text.run[command](number)}
      keys={command === "stop" ? "" : pauseKeys}
      onClick={() => tellRun(run, command)}
    />
  ));
}
