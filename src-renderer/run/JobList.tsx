// The queue: what waits, what runs, what ended.

import type { Job } from "../../src-main/common/studio/job.ts";
import { stateLabel } from "../apply/ApplicationProgress.tsx";
import { runStore } from "../state/run-store.ts";
import { text } from "../text/text.ts";
import { asRead } from "./job-order.ts";
import { jobProgressOf } from "./job-progress.ts";
import { RunButtons } from "./RunButtons.tsx";

const words = text.learning.queue;

interface JobListProps {
  readonly shown: string | null;
  readonly onShow: (run: string) => void;
}

export function JobList({ shown, onShow }: JobListProps) {
  const jobs = runStore((state) => state.jobs);
  return (
    <nav className="rs-job-list" aria-label={words.title}>
      <h3>{words.title}</h3>
      {jobs.length === 0 ? <p className="rs-panel-empty">{words.empty}</p> : null}
      <ul>
        {asRead(jobs).map((job) => (
          <li key={job.run} className="rs-job-row">
            <button type="button" className="rs-job" aria-pressed={job.run === shown} onClick={() => onShow(job.run)}>
              <span className="rs-job-name" title={job.name}>
                <span className="rs-muted">{job.number}</span> {job.name}
              </span>
              <span className={`rs-job-state rs-job-${job.state}`}>
                {job.kind === "apply" ? stateLabel(job.state) : text.learning.states[job.state]}
              </span>
              <JobProgress job={job} />
            </button>
            <span className="rs-job-buttons">
              <RunButtons job={job} />
            </span>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function JobProgress({ job }: { readonly job: Job }) {
  const progress = jobProgressOf(job);
  if (progress === null) return null;
  const { value, max, words: told } = progress;
  return (
    <span className="rs-job-progress">
      <progress {...(value === null ? {} : { max, value })} aria-label={job.name} />
      <span>{told}</span>
    </span>
  );
}
