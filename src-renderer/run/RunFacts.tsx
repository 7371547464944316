// What tells a run from others: when it began, how long it took, its workflow, and what changed since the run before of that workflow.

import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { text } from "../text/text.ts";
import { printDifferences } from "./difference-words.ts";
import { printSeconds, printTime } from "./format.ts";

const words = text.learning.run;

type Told = Pick<RunSummary, "beganAt" | "createdAt" | "seconds" | "worker" | "workflowName" | "changes">;

export function RunFacts({ run }: { readonly run: Told }) {
  const { beganAt, createdAt, seconds, worker, workflowName, changes } = run;
  return (
    <p className="rs-run-facts">
      <span data-measured>
        {beganAt === null ? words.madeAt(printTime(createdAt)) : words.beganAt(printTime(beganAt))}
      </span>
      {seconds === 0 ? null : <span data-measured>{words.took(printSeconds(seconds))}</span>}
      {worker === null ? null : <span>{words.byWorker(worker)}</span>}
      {workflowName === "" ? null : <span>{words.ofWorkflow(workflowName)}</span>}
      {changes === null ? null : <span>{words.since(changes.number, printDifferences(changes.differences))}</span>}
    </p>
  );
}
