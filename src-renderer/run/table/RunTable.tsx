// Runs as a table: sorted by any column, with those columns that the user wants, and any number of runs marked to be compared.

import { ArrowDown, ArrowUp } from "lucide-react";
import { useState } from "react";
import type { RunSummary } from "../../../src-main/common/studio/run.ts";
import { setPreference, usePreference } from "../../state/preference-store.ts";
import { showPanel } from "../../state/show-panel.ts";
import { showRun } from "../../state/shown-run-store.ts";
import { text } from "../../text/text.ts";
import { differingParameters, OF_EVERY_RUN, type RunColumn, type Sorting, sortRuns } from "./run-columns.ts";

const words = text.learning.table;
/** Not in the table unless they are chosen. */
const RARE = ["workflow"];

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly marked: readonly string[];
  readonly onMark: (run: string, isMarked: boolean) => void;
}

export function RunTable({ runs, marked, onMark }: RunTableProps) {
  const [sorting, setSorting] = useState<Sorting>({ column: "number", isDescending: true });
  const all = [...OF_EVERY_RUN, ...differingParameters(runs)];
  const hidden = usePreference("hiddenRunColumns") ?? RARE;
  const columns = all.filter(({ id }) => !hidden.includes(id));
  return (
    <>
      <ColumnChoice columns={all} hidden={hidden} />
      <div className="rs-panel-scroll" tabIndex={0} role="region" aria-label={words.title}>
        <table className="rs-table rs-run-table">
          <thead>
            <tr>
              <th scope="col">{words.compare}</th>
              {columns.map((column) => (
                <HeadCell key={column.id} column={column} sorting={sorting} onSort={setSorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {sortRuns(runs, columns, sorting).map((run) => (
              <tr key={run.id}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={words.mark(run.number)}
                    checked={marked.includes(run.id)}
                    onChange={(event) => onMark(run.id, event.target.checked)}
                  />
                </td>
                {columns.map((column) => (
                  <Cell key={column.id} run={run} column={column} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface HeadCellProps {
  readonly column: RunColumn;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

function HeadCell({ column: { id, label, isNumber }, sorting, onSort }: HeadCellProps) {
  const isSorted = sorting.column === id;
  const Arrow = sorting.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      className={isNumber ? "rs-is-number" : ""}
      aria-sort={isSorted ? (sorting.isDescending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        className="rs-link-button"
        // The best and the newest first.
        onClick={() => onSort({ column: id, isDescending: isSorted ? !sorting.isDescending : isNumber })}
      >
        {label}
        {isSorted ? <Arrow size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}

function Cell({ run, column }: { readonly run: RunSummary; readonly column: RunColumn }) {
  const words = column.print(run);
  if (column.id === "name") {
    const show = (): void => {
      showRun(run.id);
      showPanel("run");
    };
    return (
      <th scope="row">
        <button type="button" className="rs-link-button" onClick={show}>
          {words}
        </button>
      </th>
    );
  }
  const isState = column.id === "state" ? ` rs-job-state rs-job-${run.state}` : "";
  return <td className={`${column.isNumber ? "rs-is-number" : ""}${isState}`}>{words}</td>;
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
