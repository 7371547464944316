// Every open tab is kept by the program soon after each change, so that nothing is lost when the window or the machine dies.

import { create } from "zustand";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { onEveryConnection } from "../state/connection-store.ts";
import { addTab, type DocumentTab, documentStore, isChanged } from "../state/document-store.ts";
import { runStore } from "../state/run-store.ts";

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
      if (!before.tabs.some(({ id }) => id === tab.id)) void claim(tab.id);
      const old = before.tabs.find(({ id }) => id === tab.id);
      if (old?.history.present !== tab.history.present || old.saved !== tab.saved) schedule(tab.id);
    }
    for (const { id } of before.tabs) if (!tabs.some((tab) => tab.id === id)) drop(id);
  });
  runStore.subscribe(({ runOfTab }, before) => {
    for (const [id, run] of Object.entries(runOfTab)) if (before.runOfTab[id] !== run) schedule(id);
  });
  onEveryConnection(() => {
    for (const { id } of documentStore.getState().tabs) schedule(id);
  });
}

/** A page that is loaded anew waits for the one before it to let go. */
const CLAIM_MS = 700;
const released = new Map<string, () => void>();

/**
 * A tab belongs to one window as long as that lives: two would write over each other's drafts.
 * Pages that come over plain HTTP from another machine have no locks; there each window opens all.
 */
async function claim(id: string): Promise<boolean> {
  // What the type says is always there is missing outside of secure contexts.
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  locks
    .request(`draft-${id}`, { signal: AbortSignal.timeout(CLAIM_MS) }, async () => {
      resolve(true);
      await new Promise<void>((release) => released.set(id, release));
    })
    // The time is over: another window holds it.
    .catch(() => resolve(false));
  return promise;
}

/** Opens what was open when the window was left, but for what another window has open. @returns how many */
export async function recoverDrafts(): Promise<number> {
  const drafts = await studio.drafts({});
  const own = await Promise.all(drafts.map(({ id }) => claim(id)));
  const recovered = drafts.filter((_, i) => own[i] === true);
  for (const { id, name, path, version, workflow, changed, run } of recovered) {
    if (run !== null) runStore.setState(({ runOfTab }) => ({ runOfTab: { ...runOfTab, [id]: run } }));
    if (documentStore.getState().tabs.some((tab) => tab.id === id)) continue;
    const opened = readWorkflow(workflow, name);
    addTab({ id, name, path, version, workflow: opened.workflow, notices: opened.diagnostics, isSaved: !changed });
  }
  return recovered.length;
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
  const run = runStore.getState().runOfTab[id] ?? null;
  return { id, name, path, version, workflow: history.present, changed: isChanged(tab), run };
}

function drop(id: string): void {
  clearTimeout(timers.get(id));
  released.get(id)?.();
  released.delete(id);
  studio.dropDraft({ id }).catch(() => undefined);
}
