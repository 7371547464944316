// Sweeps: the runs of one as a table and as points, opened from either, compared, or cancelled together.

import { useState } from "react";
import { studio } from "../../api/studio.ts";
import { runStore } from "../../state/run-store.ts";
import { askUser } from "../../state/shell-store.ts";
import { compareRuns, showRun } from "../../state/shown-run-store.ts";
import { showSweep, shownSweepStore } from "../../state/shown-sweep-store.ts";
import { attempt } from "../../state/toast-store.ts";
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
  const whyOf = (run: string): string | undefined =>
    jobs.find((job) => job.run === run)?.diagnostics.find(({ severity }) => severity === "error")?.message;
  return (
    <div className="rs-sweep">
      <SweepBar sweep={sweep} sweeps={sweeps} marked={marked} />
      <div className="rs-sweep-body">
        <SortedRuns
          title={words.title}
          runs={sweep.runs}
          columns={sweepColumns(sweep.labels, whyOf)}
          begin={{ column: "run", isDescending: false }}
          marked={marked}
          onMark={(id, isMarked) => setMarked(isMarked ? [...marked, id] : marked.filter((other) => other !== id))}
          onOpen={showRun}
          actions={({ id }) => {
            const job = jobs.find(({ run }) => run === id);
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
}

function SweepBar({ sweep: { id, runs }, sweeps, marked }: SweepBarProps) {
  const count = (...states: readonly string[]): number => runs.filter(({ state }) => states.includes(state)).length;
  const left = count("queued", "running", "stopping", "paused");
  const cancel = (): void =>
    askUser({
      title: words.cancelTitle(left),
      text: words.cancelText,
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
      <button type="button" className="rs-button rs-button-small" disabled={left === 0} onClick={cancel}>
        {words.cancel}
      </button>
    </div>
  );
}
