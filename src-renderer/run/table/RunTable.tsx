// Runs as a table: sorted by any column, with those columns that the user wants, and any number of runs marked to be compared.

import type { RunSummary } from "../../../src-main/common/studio/run.ts";
import { setPreference, usePreference } from "../../state/preference-store.ts";
import { showRun } from "../../state/shown-run-store.ts";
import { text } from "../../text/text.ts";
import { differingParameters, OF_EVERY_RUN, type RunColumn } from "./run-columns.ts";
import { SortedRuns } from "./SortedRuns.tsx";

const words = text.learning.table;
/** Not in the table unless they are chosen. */
const RARE = ["workflow"];

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly marked: readonly string[];
  readonly onMark: (run: string, isMarked: boolean) => void;
}

export function RunTable({ runs, marked, onMark }: RunTableProps) {
  const all = [...OF_EVERY_RUN, ...differingParameters(runs)];
  const hidden = usePreference("hiddenRunColumns") ?? RARE;
  return (
    <>
      <ColumnChoice columns={all} hidden={hidden} />
      <SortedRuns
        title={words.title}
        runs={runs}
        columns={all.filter(({ id }) => !hidden.includes(id))}
        begin={{ column: "number", isDescending: true }}
        marked={marked}
        onMark={onMark}
        onOpen={showRun}
      />
    </>
  );
}

function ColumnChoice({
  columns,
  hidden,
}: {
  readonly columns: readonly RunColumn[];
  readonly hidden: readonly string[];
}) {
  return (
    <details className="rs-column-choice">
      <summary>{words.choose}</summary>
      <div role="group" aria-label={words.choose}>
        {columns.map(({ id, label }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={!hidden.includes(id)}
              onChange={(event) =>
                setPreference(
                  "hiddenRunColumns",
                  event.target.checked ? hidden.filter((one) => one !== id) : [...hidden, id],
                )
              }
            />
            {label}
          </label>
        ))}
      </div>
    </details>
  );
}
