// Every open tab is kept by the program soon after each change, so that nothing is lost when the window or the machine dies.

import { create } from "zustand";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { onEveryConnection } from "../state/connection-store.ts";
import { addTab, type DocumentTab, documentStore, isChanged } from "../state/document-store.ts";

const WAIT_MS = 500;

interface DraftState {
  /** What the program holds, by tab. */
  readonly kept: Readonly<Record<string, Workflow>>;
}
export const draftStore = create<DraftState>(() => ({ kept: {} }));

const timers = new Map<string, ReturnType<typeof setTimeout>>();

export function keepDrafts(): void {
  documentStore.subscribe(({ tabs }, before) => {
    for (const tab of tabs) {
      const old = before.tabs.find(({ id }) => id === tab.id);
      if (old?.history.present !== tab.history.present || old.saved !== tab.saved) schedule(tab.id);
    }
    for (const { id } of before.tabs) if (!tabs.some((tab) => tab.id === id)) drop(id);
  });
  onEveryConnection(() => {
    for (const { id } of documentStore.getState().tabs) schedule(id);
  });
}

/** Opens what was open when the window was left. @returns how many */
export async function recoverDrafts(): Promise<number> {
  const drafts = await studio.drafts({});
  for (const { id, name, path, version, workflow, changed } of drafts) {
    if (documentStore.getState().tabs.some((tab) => tab.id === id)) continue;
    const opened = readWorkflow(workflow, name);
    addTab({ id, name, path, version, workflow: opened.workflow, notices: opened.diagnostics, isSaved: !changed });
  }
  return drafts.length;
}

function schedule(id: string): void {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => keep(id), WAIT_MS),
  );
}

function keep(id: string): void {
  const tab = documentStore.getState().tabs.find((open) => open.id === id);
  if (tab === undefined) return;
  const { present } = tab.history;
  // Without a connection it is kept with the next one.
  studio.saveDraft(draftOf(tab)).then(
    () => draftStore.setState(({ kept }) => ({ kept: { ...kept, [id]: present } })),
    () => undefined,
  );
}

function draftOf(tab: DocumentTab) {
  const { id, name, path, version, history } = tab;
  return { id, name, path, version, workflow: history.present, changed: isChanged(tab) };
}

function drop(id: string): void {
  clearTimeout(timers.get(id));
  studio.dropDraft({ id }).catch(() => undefined);
}
