// The open workflows, one a tab, each with its history. The only state that is saved.

import { create } from "zustand";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { FORMAT_VERSION } from "../../src-main/common/migrations/index.ts";
import { WORKFLOW_FORMAT, type Workflow } from "../../src-main/common/workflow.ts";
import { freshId } from "./fresh-id.ts";
import {
  createHistory,
  goTo,
  type History,
  record,
  redo,
  seal,
  stateAfter,
  stateOf,
  touchedNodes,
  undo,
} from "./history.ts";
import { flashNodes, select, selectionOf } from "./view-store.ts";
import { pruneView } from "./wire-bends.ts";

export interface DocumentTab {
  readonly id: string;
  readonly name: string;
  /** Its file; `null`: it has none yet. */
  readonly path: string | null;
  /** Of the file, as `saveDocument` compares it. */
  readonly version: string | null;
  readonly history: History;
  /** The state that lies in the file (see `stateOf`); `null`: none does. */
  readonly saved: object | null;
  /** What opening it told. */
  readonly notices: readonly Diagnostic[];
  readonly isSaving: boolean;
}

interface DocumentState {
  readonly tabs: readonly DocumentTab[];
  readonly activeId: string | null;
}

export const documentStore = create<DocumentState>(() => ({ tabs: [], activeId: null }));

export interface NewTab {
  readonly id?: string;
  readonly name: string;
  readonly workflow: Workflow;
  readonly path?: string | null;
  readonly version?: string | null;
  readonly notices?: readonly Diagnostic[];
  /** What was done to it before; absent: nothing. */
  readonly history?: History;
  /** After how many steps of the history the file holds just this; absent or `null`: after none. */
  readonly saved?: number | null;
}

export const EMPTY_WORKFLOW: Workflow = {
  format: WORKFLOW_FORMAT,
  formatVersion: FORMAT_VERSION,
  graph: { nodes: {}, edges: {} },
  view: { nodes: {} },
};

/** Opens a tab and shows it. @returns its id */
export function addTab({
  id = freshId(),
  name,
  workflow,
  path = null,
  version = null,
  history = createHistory(workflow),
  ...rest
}: NewTab): string {
  const saved = typeof rest.saved === "number" ? stateAfter(history, rest.saved) : null;
  const tab = { id, name, path, version, history, saved, notices: rest.notices ?? [], isSaving: false };
  documentStore.setState(({ tabs }) => ({ tabs: [...tabs, tab], activeId: id }));
  return id;
}

export function closeTab(id: string): void {
  documentStore.setState(({ tabs, activeId }) => {
    const index = tabs.findIndex((tab) => tab.id === id);
    const left = tabs.filter((tab) => tab.id !== id);
    return { tabs: left, activeId: activeId === id ? ((left[index] ?? left.at(-1))?.id ?? null) : activeId };
  });
}

export function showTab(id: string): void {
  documentStore.setState({ activeId: id });
}

/** @param index where it then stands among the tabs; beyond them: at that end */
export function moveTab(id: string, index: number): void {
  documentStore.setState(({ tabs }) => {
    const tab = tabs.find((each) => each.id === id);
    if (tab === undefined) return {};
    const others = tabs.filter((each) => each !== tab);
    return { tabs: others.toSpliced(Math.max(0, Math.min(others.length, index)), 0, tab) };
  });
}

export function updateTab(id: string, change: (tab: DocumentTab) => Partial<DocumentTab>): void {
  documentStore.setState(({ tabs }) => ({
    tabs: tabs.map((tab) => (tab.id === id ? { ...tab, ...change(tab) } : tab)),
  }));
}

export function findTab(id: string | null): DocumentTab | undefined {
  return documentStore.getState().tabs.find((tab) => tab.id === id);
}

export function activeTab(): DocumentTab | undefined {
  return activeTabOf(documentStore.getState());
}

export function activeTabOf({ tabs, activeId }: DocumentState): DocumentTab | undefined {
  return tabs.find(({ id }) => id === activeId);
}

export function isChanged({ saved, history }: DocumentTab): boolean {
  return saved !== stateOf(history);
}

export function useActiveTab(): DocumentTab | undefined {
  return documentStore(activeTabOf);
}

/** Reads one thing of the document that is shown; `undefined` if there is none. */
export function useWorkflow<T>(selector: (workflow: Workflow) => T): T | undefined {
  return documentStore((state) => {
    const tab = activeTabOf(state);
    return tab === undefined ? undefined : selector(tab.history.present);
  });
}

export interface EditOptions {
  /** Edits of one key in quick succession are one step: typing, arrow keys. */
  readonly mergeKey?: string;
  /** What is selected afterwards; absent: what was before, as far as it still exists. */
  readonly select?: { readonly nodes?: readonly string[]; readonly edges?: readonly string[] };
}

/** One action of the user on the document that is shown. The label says what was done: "Add Reward". */
export function edit(label: string, change: (workflow: Workflow) => Workflow, options: EditOptions = {}): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const next = pruneView(change(tab.history.present));
  const before = selectionOf(tab.id);
  const wanted = options.select === undefined ? before : { nodes: [], edges: [], ...options.select };
  const after = {
    nodes: wanted.nodes.filter((id) => Object.hasOwn(next.graph.nodes, id)),
    edges: wanted.edges.filter((id) => Object.hasOwn(next.graph.edges, id)),
  };
  const { mergeKey } = options;
  updateTab(tab.id, ({ history }) => ({
    history: record(history, { label, next, mergeKey, at: performance.now(), before, after }),
  }));
  select(tab.id, after);
}

/** Ends a step that could still grow, when a field loses the focus. */
export function sealHistory(): void {
  const tab = activeTab();
  if (tab?.history.isOpen === true) updateTab(tab.id, ({ history }) => ({ history: seal(history) }));
}

export function undoLast(): void {
  travel((history) => undo(history));
}

export function redoNext(): void {
  travel((history) => redo(history));
}

/** To the state in which so many steps are done. */
export function travelTo(count: number): void {
  travel((history) => goTo(history, count));
}

function travel(move: (history: History) => History): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const from = tab.history;
  const to = move(from);
  if (to === from) return;
  updateTab(tab.id, () => ({ history: to }));
  const back = to.past.length < from.past.length;
  const steps = back ? from.past.slice(to.past.length) : to.past.slice(from.past.length);
  const edge = back ? steps[0] : steps.at(-1);
  if (edge !== undefined) select(tab.id, back ? edge.before : edge.after);
  flashNodes(tab.id, [...new Set(steps.flatMap((step) => touchedNodes(step, to.present)))]);
}
