// A table of runs that is sorted by any of its columns, with runs marked to be compared.

import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunSummary } from "../../../src-main/common/studio/run.ts";
import { text } from "../../text/text.ts";
import { type RunColumn, type Sorting, sortRuns } from "./run-columns.ts";

const words = text.learning.table;

interface SortedRunsProps {
  readonly title: string;
  readonly runs: readonly RunSummary[];
  readonly columns: readonly RunColumn[];
  /** Until the user sorts by another. */
  readonly begin: Sorting;
  readonly marked: readonly string[];
  readonly onMark: (run: string, isMarked: boolean) => void;
  readonly onOpen: (run: string) => void;
  /** What can be done to a run, in a last column. */
  readonly actions?: (run: RunSummary) => ReactNode;
}

export function SortedRuns({ title, runs, columns, begin, marked, onMark, onOpen, actions }: SortedRunsProps) {
  const [sorting, setSorting] = useState<Sorting>(begin);
  return (
    <div className="rs-panel-scroll" tabIndex={0} role="region" aria-label={title}>
      <table className="rs-table rs-run-table">
        <thead>
          <tr>
            <th scope="col">{words.compare}</th>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sorting={sorting} onSort={setSorting} />
            ))}
            {actions === undefined ? null : <td />}
          </tr>
        </thead>
        <tbody>
          {sortRuns(runs, columns, sorting).map((run) => (
            <tr
              key={run.id}
              onClick={(event) => {
                // What stands in the row and does something of its own has done it.
                const isOwn = event.target instanceof Element && event.target.closest("button, input, label") !== null;
                if (!isOwn && getSelection()?.isCollapsed !== false) onOpen(run.id);
              }}
            >
              <td>
                <input
                  type="checkbox"
                  aria-label={words.mark(run.number)}
                  checked={marked.includes(run.id)}
                  onChange={(event) => onMark(run.id, event.target.checked)}
                />
              </td>
              {columns.map((column) => (
                <Cell key={column.id} run={run} column={column} onOpen={onOpen} />
              ))}
              {actions === undefined ? null : <td className="rs-run-actions">{actions(run)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadCellProps {
  readonly column: RunColumn;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

function HeadCell({ column: { id, label, isNumber, help }, sorting, onSort }: HeadCellProps) {
  const isSorted = sorting.column === id;
  const Arrow = sorting.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      data-column={id}
      className={isNumber ? "rs-is-number" : ""}
      aria-sort={isSorted ? (sorting.isDescending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        className="rs-link-button"
        title={help}
        // The best and the newest first.
        onClick={() => onSort({ column: id, isDescending: isSorted ? !sorting.isDescending : isNumber })}
      >
        {label}
        {isSorted ? <Arrow size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}

interface CellProps {
  readonly run: RunSummary;
  readonly column: RunColumn;
  readonly onOpen: (run: string) => void;
}

function Cell({ run, column, onOpen }: CellProps) {
  const words = column.print(run);
  if (column.opens === true)
    return (
      <th scope="row" className={column.isNumber ? "rs-is-number" : ""}>
        <button
          type="button"
          className="rs-link-button"
          title={run.name}
          aria-label={text.run.show(run.number, run.name)}
          onClick={() => onOpen(run.id)}
        >
          {words}
        </button>
      </th>
    );
  const isState = column.id === "state" ? ` rs-job-state rs-job-${run.state}` : "";
  return (
    <td data-column={column.id} className={`${column.isNumber ? "rs-is-number" : ""}${isState}`}>
      {words}
    </td>
  );
}
