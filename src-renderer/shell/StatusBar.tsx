// One line at the foot of the window: whether it is saved, what is wrong, and how to find the keys.

import { Keyboard } from "lucide-react";
import { draftStore } from "../files/drafts.ts";
import { ChangedSince } from "../run/ChangedSince.tsx";
import { checkStore } from "../state/check-store.ts";
import { connectionStore } from "../state/connection-store.ts";
import { type DocumentTab, isChanged, useActiveTab } from "../state/document-store.ts";
import { openDialog } from "../state/shell-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { text } from "../text/text.ts";

export function StatusBar() {
  const tab = useActiveTab();
  const connection = connectionStore(({ state }) => state);
  return (
    <footer className="rs-status-bar" data-region="status" aria-label={text.regions.status} tabIndex={-1}>
      {/* What is pressed stands at an edge, so that words beside it that come and go do not move it away from under the pointer. */}
      {tab === undefined ? null : <ProblemSummary />}
      {tab === undefined ? null : <SaveState tab={tab} />}
      <span className="rs-spacer" />
      {connection === "connecting" ? <span>{text.connection.connecting}</span> : null}
      {tab === undefined ? null : <ChangedSince key={tab.id} />}
      <button type="button" className="rs-status-button" onClick={() => openDialog("shortcuts")}>
        <Keyboard size={13} aria-hidden /> {text.shortcuts.title} <kbd>?</kbd>
      </button>
    </footer>
  );
}

function SaveState({ tab }: { readonly tab: DocumentTab }) {
  const isDraftKept = draftStore(({ kept }) => kept[tab.id]?.history.present === tab.history.present);
  const refused = draftStore((drafts) => drafts.refused[tab.id]);
  const changed = isChanged(tab);
  const state = tab.isSaving
    ? text.tabs.saving
    : !changed
      ? text.tabs.saved
      : tab.path === null
        ? text.tabs.unsaved
        : text.tabs.changed;
  return (
    <span className="rs-save-state" data-testid="save-state">
      <span className={changed ? "rs-dot rs-dot-changed" : "rs-dot rs-dot-saved"} aria-hidden />
      {state}
      {changed && isDraftKept ? <span className="rs-muted"> · {text.tabs.draftKept}</span> : null}
      {refused === undefined ? null : <span className="rs-tone-error"> · {text.tabs.draftRefused(refused)}</span>}
      {tab.path === null ? null : <span className="rs-muted rs-path">{tab.path}</span>}
    </span>
  );
}

function ProblemSummary() {
  const { diagnostics, isComplete } = checkStore();
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const words =
    diagnostics.length === 0
      ? isComplete
        ? text.problems.noneShort
        : text.problems.checking
      : text.problems.count(errors, diagnostics.length - errors);
  return (
    <button type="button" className="rs-status-button" onClick={() => showPanel("problems")}>
      {words}
    </button>
  );
}
