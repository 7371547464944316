// Which run the panels show; absent a choice, the one of the workflow that is open, or else the newest.

import { create } from "zustand";
import { activeTab, useActiveTab } from "./document-store.ts";
import { usePreference } from "./preference-store.ts";
import { jobOfTab, runStore } from "./run-store.ts";
import { showPanel } from "./show-panel.ts";

export type RunView = "pictures" | "charts" | "results" | "learned" | "messages";

interface ShownRunState {
  readonly chosen: string | null;
  /** A second run whose curve is drawn beside it. */
  readonly beside: string | null;
  readonly view: RunView;
  /** Two or more: they are shown side by side, in place of a single one. */
  readonly compared: readonly string[];
}

export const shownRunStore = create<ShownRunState>(() => ({
  chosen: null,
  beside: null,
  view: "pictures",
  compared: [],
}));

/** In its panel. */
export function showRun(run: string, view: RunView = shownRunStore.getState().view): void {
  shownRunStore.setState({ chosen: run, beside: null, view, compared: [] });
  showPanel("run");
}

/** In the panel of runs, in the order in which they are given. */
export function compareRuns(compared: readonly string[]): void {
  shownRunStore.setState({ compared });
  showPanel("run");
}

type Tab = ReturnType<typeof activeTab>;
type Runs = ReturnType<typeof runStore.getState>;

function runOfTab(runs: Runs, tab: Tab): string | undefined {
  return tab === undefined ? undefined : jobOfTab(runs, tab.id, tab.path)?.run;
}

function newestRun({ jobs }: Runs): string | undefined {
  return jobs.find(({ state }) => state === "running")?.run ?? jobs.at(-1)?.run;
}

/** For commands. `null`: there is none. */
export function shownRun(): string | null {
  const runs = runStore.getState();
  return shownRunStore.getState().chosen ?? runOfTab(runs, activeTab()) ?? newestRun(runs) ?? null;
}

/** Whether the panel of runs is open and shows this one alone. */
export function useIsInPanel(run: string | undefined): boolean {
  const isOpen = usePreference("dockOpen");
  const panel = usePreference("dockPanel");
  const isCompared = shownRunStore(({ compared }) => compared.length > 1);
  const shown = useShownRun();
  return isOpen && panel === "run" && !isCompared && shown === run;
}

export function useShownRun(): string | null {
  const chosen = shownRunStore((state) => state.chosen);
  const tab = useActiveTab();
  const ofTab = runStore((state) => runOfTab(state, tab));
  const newest = runStore(newestRun);
  return chosen ?? ofTab ?? newest ?? null;
}
