// Every open tab is kept by the program a moment after each change, with its history, so that nothing is lost when the page, the program
// or the machine dies: whole at first, then as a journal of what was done.

import { create } from "zustand";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import { studio } from "../api/studio.ts";
import { onEveryConnection } from "../state/connection-store.ts";
import { addTab, documentStore, findTab } from "../state/document-store.ts";
import { freshId } from "../state/fresh-id.ts";
import { runStore } from "../state/run-store.ts";
import { entryBetween, isSame, type KeptTab, tabOfDraft, wholeOf } from "./draft-entries.ts";

/** A key held down is an entry now and then. */
const WAIT_MS = 100;
/** A longer journal begins anew with the whole. */
const MOST_ENTRIES = 200;

interface DraftState {
  /** What the program holds, by tab. */
  readonly kept: Readonly<Record<string, KeptTab>>;
  /** Why it does not hold the newest state, by tab: its disk is full. */
  readonly refused: Readonly<Record<string, string>>;
}
export const draftStore = create<DraftState>(() => ({ kept: {}, refused: {} }));

const timers = new Map<string, ReturnType<typeof setTimeout>>();
/** One call at a time for each tab: what happens meanwhile is the next entry. */
const underWay = new Set<string>();
const entries = new Map<string, number>();

export function keepDrafts(): void {
  documentStore.subscribe(({ tabs }, before) => {
    for (const tab of tabs) {
      const old = before.tabs.find(({ id }) => id === tab.id);
      if (old === undefined) void claim(tab.id);
      if (old !== tab) schedule(tab.id);
    }
    for (const { id } of before.tabs) if (!tabs.some((tab) => tab.id === id)) drop(id);
  });
  runStore.subscribe(({ runOfTab }, before) => {
    for (const [id, run] of Object.entries(runOfTab)) if (before.runOfTab[id] !== run) schedule(id);
  });
  onEveryConnection(() => {
    // It may be another program by now, which holds nothing.
    draftStore.setState({ kept: {}, refused: {} });
    for (const { id } of documentStore.getState().tabs) schedule(id);
  });
  // The last moment to tell of what was done in the last moment.
  window.addEventListener("pagehide", () => {
    for (const id of timers.keys()) void keep(id);
  });
}

/** A page that is loaded anew waits for the one before it to let go: not by the clock alone, for a busy machine is slow to say so. */
const CLAIM_TRIES = 5;
const CLAIM_WAIT_MS = 200;
const released = new Map<string, () => void>();

/**
 * A tab belongs to one window as long as that lives: two would write over each other's drafts.
 * Pages that come over plain HTTP from another machine have no locks; there each window opens all, and the last to edit is kept.
 */
async function claim(id: string): Promise<boolean> {
  // What the type says is always there is missing outside of secure contexts.
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) return true;
  for (let left = CLAIM_TRIES; left > 0; left--) {
    if (await take(locks, id)) return true;
    await new Promise((resolve) => setTimeout(resolve, CLAIM_WAIT_MS));
  }
  return false;
}

/** @returns whether no other window holds it now */
async function take(locks: LockManager, id: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  void locks.request(`draft-${id}`, { ifAvailable: true }, async (lock) => {
    resolve(lock !== null);
    if (lock !== null) await new Promise<void>((release) => released.set(id, release));
  });
  return promise;
}

/** Opens what was open when the window was left, but for what another window has open. @returns how many */
export async function recoverDrafts(): Promise<number> {
  const drafts = await studio.drafts({});
  const own = await Promise.all(drafts.map(({ id }) => claim(id)));
  const recovered = drafts.filter((_, i) => own[i] === true);
  for (const draft of recovered) {
    const { id, run } = draft;
    if (run !== null) runStore.setState(({ runOfTab }) => ({ runOfTab: { ...runOfTab, [id]: run } }));
    if (findTab(id) === undefined) addTab(tabOfDraft(draft));
  }
  return recovered.length;
}

/** Soon, however fast the changes come. */
function schedule(id: string): void {
  if (timers.has(id)) return;
  timers.set(
    id,
    setTimeout(() => void keep(id), WAIT_MS),
  );
}

async function keep(id: string): Promise<void> {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (underWay.has(id)) return schedule(id);
  const tab = presentTab(id);
  const before = draftStore.getState().kept[id];
  if (tab === null || (before !== undefined && isSame(before, tab))) return;
  underWay.add(id);
  try {
    const kept = await send(before, tab);
    // Since then another connection may have been made, which begins with the whole.
    if (draftStore.getState().kept[id] === before) setKept(id, kept);
    if (kept === undefined) schedule(id);
  } catch (fault) {
    // Without a connection it is kept with the next one; of anything else the status bar tells until the next change.
    if (fault instanceof Refusal && !fault.diagnostics.some(({ code }) => code === "connection-lost")) {
      setKept(id, undefined, fault.message);
    }
  } finally {
    underWay.delete(id);
  }
}

/** @returns what the program holds now; `undefined`: it wants the whole */
async function send(before: KeptTab | undefined, now: KeptTab): Promise<KeptTab | undefined> {
  const count = entries.get(now.id) ?? 0;
  const entry = before === undefined || count >= MOST_ENTRIES ? null : entryBetween(before, now);
  if (entry === null) {
    const whole = { ...now, copy: freshId() };
    await studio.saveDraft(wholeOf(whole));
    entries.set(now.id, 0);
    return whole;
  }
  const { isKept } = await studio.continueDraft(entry);
  entries.set(now.id, count + 1);
  return isKept ? now : undefined;
}

function setKept(id: string, tab: KeptTab | undefined, reason?: string): void {
  draftStore.setState(({ kept, refused }) => {
    const { [id]: _tab, ...otherTabs } = kept;
    const { [id]: _reason, ...otherReasons } = refused;
    return {
      kept: tab === undefined ? otherTabs : { ...otherTabs, [id]: tab },
      refused: reason === undefined ? otherReasons : { ...otherReasons, [id]: reason },
    };
  });
}

function presentTab(id: string): KeptTab | null {
  const tab = findTab(id);
  if (tab === undefined) return null;
  const copy = draftStore.getState().kept[id]?.copy ?? "";
  return { ...tab, run: runStore.getState().runOfTab[id] ?? null, copy };
}

function drop(id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  setKept(id, undefined);
  entries.delete(id);
  released.get(id)?.();
  released.delete(id);
  studio.dropDraft({ id }).catch(() => undefined);
}
