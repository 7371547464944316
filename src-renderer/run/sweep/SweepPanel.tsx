// Sweeps: the runs of one as a table and as points, opened from either, compared, or cancelled together.

import { useState } from "react";
import type { Job } from "../../../src-main/common/studio/job.ts";
import { studio } from "../../api/studio.ts";
import { runStore } from "../../state/run-store.ts";
import { askUser } from "../../state/shell-store.ts";
import { compareRuns, showRun } from "../../state/shown-run-store.ts";
import { showSweep, shownSweepStore } from "../../state/shown-sweep-store.ts";
import { attempt, toast } from "../../state/toast-store.ts";
import { explanationOf } from "../../text/sentence.ts";
import { text } from "../../text/text.ts";
import { RunButtons } from "../RunButtons.tsx";
import { SortedRuns } from "../table/SortedRuns.tsx";
import { useRuns } from "../use-runs.ts";
import { type Sweep, sweepColumns, sweepsOf } from "./sweeps.ts";
import { SweepScatter } from "./SweepScatter.tsx";

const words = text.sweep.panel;

export function SweepPanel() {
  const runs = useRuns();
  const jobs = runStore((state) => state.jobs);
  const chosen = shownSweepStore((state) => state.chosen);
  const sweeps = sweepsOf(runs, jobs);
  const sweep = sweeps.find(({ id }) => id === chosen) ?? sweeps[0];
  if (sweep === undefined) return <p className="rs-panel-empty">{words.empty}</p>;
  return <ShownSweep key={sweep.id} sweep={sweep} sweeps={sweeps} />;
}

function ShownSweep({ sweep, sweeps }: { readonly sweep: Sweep; readonly sweeps: readonly Sweep[] }) {
  const [marked, setMarked] = useState<readonly string[]>([]);
  const jobs = runStore((state) => state.jobs);
  const own = jobs.filter((job) => job.sweep?.id === sweep.id);
  const jobOf = (run: string): Job | undefined => own.find((job) => job.run === run);
  const whyOf = (run: string): string | undefined =>
    jobOf(run)?.diagnostics.find(({ severity }) => severity === "error")?.message;
  const hasWorkers = own.some(({ workers }) => workers !== null) || sweep.runs.some(({ worker }) => worker !== null);
  return (
    <div className="rs-sweep">
      <SweepBar sweep={sweep} sweeps={sweeps} marked={marked} hasWorkers={hasWorkers} />
      <SweepWarnings jobs={own} />
      <div className="rs-sweep-body">
        <SortedRuns
          title={words.title}
          runs={sweep.runs}
          columns={sweepColumns({ labels: sweep.labels, hasWorkers, whyOf })}
          begin={{ column: "run", isDescending: false }}
          marked={marked}
          onMark={(id, isMarked) => setMarked(isMarked ? [...marked, id] : marked.filter((other) => other !== id))}
          onOpen={showRun}
          actions={({ id }) => {
            const job = jobOf(id);
            return job === undefined ? null : <RunButtons job={job} />;
          }}
        />
        <SweepScatter sweep={sweep} onOpen={showRun} />
      </div>
    </div>
  );
}

interface SweepBarProps {
  readonly sweep: Sweep;
  readonly sweeps: readonly Sweep[];
  readonly marked: readonly string[];
  readonly hasWorkers: boolean;
}

function SweepBar({ sweep: { id, runs }, sweeps, marked, hasWorkers }: SweepBarProps) {
  const count = (...states: readonly string[]): number => runs.filter(({ state }) => states.includes(state)).length;
  const left = count("queued", "running", "stopping", "paused");
  const resting = count("paused", "failed");
  const resume = async (): Promise<void> => {
    await studio.resumeSweep({ id });
    toast({ tone: "info", title: words.resumed(resting) });
  };
  const cancel = (): void =>
    askUser({
      title: words.cancelTitle(left),
      text: hasWorkers ? words.cancelTextWorkers : words.cancelText,
      cancel: words.keep,
      answers: [{ label: words.cancel, tone: "danger", run: () => attempt(() => studio.stopSweep({ id })) }],
    });
  return (
    <div className="rs-panel-bar">
      <label className="rs-sweep-choice">
        {words.choose}
        <select value={id} onChange={(event) => showSweep(event.target.value)}>
          {sweeps.map((each) => (
            <option key={each.id} value={each.id}>
              {words.name(each.name, each.labels, each.runs.length)}
            </option>
          ))}
        </select>
      </label>
      <span className="rs-muted" role="status">
        {words.progress(count("done"), runs.length, count("failed"))}
      </span>
      <span className="rs-spacer" />
      <button
        type="button"
        className="rs-button rs-button-small"
        disabled={marked.length < 2}
        onClick={() => compareRuns(marked)}
      >
        {words.compare}
      </button>
      {resting === 0 ? null : (
        <button
          type="button"
          className="rs-button rs-button-small"
          title={words.resumeHelp}
          onClick={() => attempt(resume)}
        >
          {words.resume}
        </button>
      )}
      <button type="button" className="rs-button rs-button-small" disabled={left === 0} onClick={cancel}>
        {words.cancel}
      </button>
    </div>
  );
}

/** Why runs wait, each once: that no worker takes part, or why one does not. */
function SweepWarnings({ jobs }: { readonly jobs: readonly Job[] }) {
  const waiting = jobs.filter(({ state, workers }) => state === "queued" && workers !== null);
  const told = new Set(
    waiting.flatMap(({ diagnostics }) =>
      diagnostics.filter(({ at }) => at.stage === "workers" || at.stage === "queue").map(explanationOf),
    ),
  );
  if (told.size === 0) return null;
  return (
    <ul className="rs-sweep-warnings">
      {[...told].map((why) => (
        <li key={why} className="rs-tone-warning">
          {why}
        </li>
      ))}
    </ul>
  );
}
