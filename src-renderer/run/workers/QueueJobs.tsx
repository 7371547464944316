// What is handed out just now, by whomever: a row a job, with how many of its pieces wait, are in work, and have ended.

import type { QueueReport } from "../../../src-main/common/queue/job.ts";
import { text } from "../../text/text.ts";

const words = text.workers.panel;
// The table of words has exactly these.
const COUNTS = ["waiting", "taken", "done", "failed"] as const;

export function QueueJobs({ jobs }: Pick<QueueReport, "jobs">) {
  if (jobs.length === 0) return <p className="rs-muted rs-queue-jobs">{words.noJobs}</p>;
  return (
    <table className="rs-table rs-queue-jobs" aria-label={words.jobsTitle}>
      <thead>
        <tr>
          <th scope="col">{words.jobs.job}</th>
          <th scope="col" className="rs-is-word">
            {words.jobs.kind}
          </th>
          {COUNTS.map((count) => (
            <th key={count} scope="col">
              {words.jobs[count]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {jobs.map(({ id, title, kind, pieces }) => (
          <tr key={id}>
            <th scope="row">{title}</th>
            <td className="rs-is-word">{words.kinds[kind]}</td>
            {COUNTS.map((count) => (
              <td key={count}>{pieces[count]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
