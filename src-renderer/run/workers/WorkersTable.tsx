// Who takes part: a row a worker, with what it is at, how much it has done, and when it was heard of last.

import type { HeardWorker, QueueReport } from "../../../src-main/common/queue/job.ts";
import { runStore } from "../../state/run-store.ts";
import { text } from "../../text/text.ts";
import { printSecondsLeft } from "../format.ts";
import { doingOf, reasonsAgainst } from "./worker-words.ts";

const words = text.workers.panel;
// The table of words has exactly these.
const COLUMNS = ["worker", "device", "doing", "pieces", "failed", "heard", "version"] as const;
const NUMBERS: readonly string[] = ["pieces", "failed", "heard"];

interface WorkersTableProps {
  readonly report: QueueReport;
  /** Of this program. */
  readonly version: string;
}

export function WorkersTable({ report, version }: WorkersTableProps) {
  return (
    <table className="rs-table rs-workers-table" aria-label={words.title}>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={NUMBERS.includes(column) ? "rs-is-number" : ""}>
              {words.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {report.workers.map((worker) => (
          <WorkerRow key={worker.name} worker={worker} report={report} version={version} />
        ))}
      </tbody>
    </table>
  );
}

function WorkerRow({ worker, report, version }: WorkersTableProps & { readonly worker: HeardWorker }) {
  const jobs = runStore((state) => state.jobs);
  const against = reasonsAgainst(worker, report.jobs, version);
  const { name, host, pid, device, done, failed, silentSeconds } = worker;
  return (
    <tr>
      <th scope="row" title={words.host(host, pid)}>
        {name}
      </th>
      <td>{text.learning.plan.devices[device]}</td>
      <td className="rs-worker-doing">
        {doingOf(worker, jobs)}
        {against.map((why) => (
          <small key={why} className="rs-tone-warning">
            {why}
          </small>
        ))}
      </td>
      <td className="rs-is-number">{done}</td>
      <td className="rs-is-number">{failed}</td>
      <td className="rs-is-number" data-measured>
        {silentSeconds < 1 ? words.justNow : words.heard(printSecondsLeft(silentSeconds))}
      </td>
      <td className={worker.version === version ? "" : "rs-tone-warning"}>{worker.version}</td>
    </tr>
  );
}
