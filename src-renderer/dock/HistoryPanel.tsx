// What was done to the workflow, by name. A click goes back, or forward again.

import { travelTo, useActiveTab } from "../state/document-store.ts";
import { text } from "../text/text.ts";

export function HistoryPanel() {
  const tab = useActiveTab();
  if (tab === undefined) return <p className="rs-panel-empty">{text.history.empty}</p>;
  const { past, future } = tab.history;
  const labels = [text.history.start, ...past.map(({ label }) => label), ...future.map(({ label }) => label)];
  return (
    <ol className="rs-history" aria-label={text.dock.history}>
      {labels
        .map((label, count) => (
          <li key={count}>
            <button
              type="button"
              className={count > past.length ? "rs-history-step rs-is-undone" : "rs-history-step"}
              aria-current={count === past.length ? "step" : undefined}
              onClick={() => travelTo(count)}
            >
              <span>{label}</span>
              {count === past.length ? <small>{text.history.now}</small> : null}
            </button>
          </li>
        ))
        .toReversed()}
    </ol>
  );
}
