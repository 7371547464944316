// How each tab is looked at: selection, places in the middle of a drag, measured sizes. Never saved, never undone.

import { create } from "zustand";
import type { Selection } from "../../src-main/common/studio/draft.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Viewport extends Point {
  readonly zoom: number;
}

export interface TabView {
  readonly selectedNodes: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  /** Where nodes are while they are dragged. */
  readonly dragged: Readonly<Record<string, Point>>;
  /** Where their copies are while those are dragged, and they themselves stay. */
  readonly copies: Readonly<Record<string, Point>>;
  /** While a node is resized. */
  readonly resized: Readonly<Record<string, Size>>;
  readonly measured: ReadonlyMap<string, Size>;
  /** Changed by an undo or redo just now. */
  readonly flashed: ReadonlySet<string>;
  readonly viewport: Viewport | null;
}

const NOTHING: ReadonlySet<string> = new Set();
export const EMPTY_VIEW: TabView = {
  selectedNodes: NOTHING,
  selectedEdges: NOTHING,
  dragged: {},
  copies: {},
  resized: {},
  measured: new Map(),
  flashed: NOTHING,
  viewport: null,
};
const FLASH_MS = 900;

interface ViewState {
  readonly byTab: Readonly<Record<string, TabView>>;
}

export const viewStore = create<ViewState>(() => ({ byTab: {} }));

export function viewOf(tab: string): TabView {
  return viewStore.getState().byTab[tab] ?? EMPTY_VIEW;
}

export function useView<T>(tab: string, selector: (view: TabView) => T): T {
  return viewStore(({ byTab }) => selector(byTab[tab] ?? EMPTY_VIEW));
}

export function updateView(tab: string, change: Partial<TabView>): void {
  viewStore.setState(({ byTab }) => ({ byTab: { ...byTab, [tab]: { ...(byTab[tab] ?? EMPTY_VIEW), ...change } } }));
}

export function selectionOf(tab: string): Selection {
  const { selectedNodes, selectedEdges } = viewOf(tab);
  return { nodes: [...selectedNodes], edges: [...selectedEdges] };
}

export function select(tab: string, { nodes = [], edges = [] }: Partial<Selection>): void {
  const { selectedNodes, selectedEdges } = viewOf(tab);
  if (isSame(selectedNodes, nodes) && isSame(selectedEdges, edges)) return;
  updateView(tab, { selectedNodes: new Set(nodes), selectedEdges: new Set(edges) });
}

/** Marks what an undo has changed, so that none is invisible. */
export function flashNodes(tab: string, ids: readonly string[]): void {
  const flashed = new Set(ids);
  updateView(tab, { flashed });
  setTimeout(() => {
    if (viewOf(tab).flashed === flashed) updateView(tab, { flashed: NOTHING });
  }, FLASH_MS);
}

function isSame(set: ReadonlySet<string>, list: readonly string[]): boolean {
  return set.size === list.length && list.every((id) => set.has(id));
}
