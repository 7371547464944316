// What a run warned of, why it failed, and its log.

import { runStore } from "../state/run-store.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { DiagnosticActionButton } from "./DiagnosticActionButton.tsx";
import { RunLog } from "./RunLog.tsx";
import { RunTimes } from "./RunTimes.tsx";
import type { ShownRun } from "./use-run-detail.ts";

export function RunMessages({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const job = runStore(({ jobs }) => jobs.find((each) => each.run === run));
  const ofJob = job?.diagnostics ?? [];
  // The run's folder keeps what the job has told already.
  const kept = (shown?.detail.warnings ?? []).filter((one) => ofJob.every(({ message }) => message !== one.message));
  const messages = [...ofJob, ...kept];
  return (
    <>
      {messages.length === 0 ? <p className="rs-panel-empty">{text.learning.run.noMessages}</p> : null}
      <ul className="rs-run-messages">
        {messages.map((diagnostic, i) => (
          <li key={i}>
            <p className={`rs-tone-${diagnostic.severity}`}>{asSentence(diagnostic.message)}</p>
            {diagnostic.help === undefined ? null : <p className="rs-problem-help">{asSentence(diagnostic.help)}</p>}
            <DiagnosticActionButton diagnostic={diagnostic} job={job} />
            {diagnostic.notes === undefined || diagnostic.notes.length === 0 ? null : (
              <pre>{diagnostic.notes.map((note) => note.message).join("\n")}</pre>
            )}
          </li>
        ))}
      </ul>
      <RunLog key={run} run={run} />
      <RunTimes run={run} />
    </>
  );
}
