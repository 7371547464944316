// What the program works on: the queue on the left, the run that is shown on the right.

import { ApplicationPane } from "../apply/ApplicationPane.tsx";
import { runStore } from "../state/run-store.ts";
import { showRun, shownRunStore, useShownRun } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { ComparePane } from "./compare/ComparePane.tsx";
import { JobList } from "./JobList.tsx";
import { LearningPane } from "./LearningPane.tsx";

const PANES = { learn: LearningPane, apply: ApplicationPane } as const;

export function RunPanel() {
  const run = useShownRun();
  const kind = runStore(({ jobs }) => jobs.find((job) => job.run === run)?.kind ?? "learn");
  const Pane = PANES[kind];
  const compared = shownRunStore((state) => state.compared);
  return (
    <div className="rs-run-panel">
      <JobList shown={run} onShow={(chosen) => showRun(chosen)} />
      <div className="rs-run-main">
        {compared.length > 1 ? (
          <ComparePane runs={compared} />
        ) : run === null ? (
          <p className="rs-panel-empty">{text.learning.run.none}</p>
        ) : (
          <Pane run={run} />
        )}
      </div>
    </div>
  );
}
