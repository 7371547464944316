// Which of the two side panels are shown. Unless the user chose, a narrow window begins with the canvas alone, and the inspector comes when
// there is something in it.

import { useSyncExternalStore } from "react";
import { useJobOfTab } from "../run/use-job-of-tab.ts";
import { activeTab, activeTabOf, documentStore } from "../state/document-store.ts";
import { type Preferences, preferenceStore, setPreference, usePreference } from "../state/preference-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";
import { EMPTY_VIEW, viewOf, viewStore } from "../state/view-store.ts";

/** In narrower windows both panels would leave too little of the canvas to read a workflow of eight columns. */
const WIDE = window.matchMedia("(width >= 1280px)");

export type SidePanel = "libraryOpen" | "inspectorOpen";

interface Facts {
  readonly isWide: boolean;
  /** Whether the inspector has a node or a run to show. */
  readonly hasContent: boolean;
}

function isShown(panel: SidePanel, chosen: Preferences[SidePanel], { isWide, hasContent }: Facts): boolean {
  return chosen ?? (isWide || (panel === "inspectorOpen" && hasContent));
}

export function useSidePanel(panel: SidePanel): boolean {
  const chosen = usePreference(panel);
  const isWide = useSyncExternalStore(listenToWidth, () => WIDE.matches);
  const tab = documentStore((state) => activeTabOf(state)?.id ?? "");
  const isAnySelected = viewStore(({ byTab }) => (byTab[tab] ?? EMPTY_VIEW).selectedNodes.size > 0);
  const hasRun = useJobOfTab() !== undefined;
  return isShown(panel, chosen, { isWide, hasContent: isAnySelected || hasRun });
}

export function toggleSidePanel(panel: SidePanel): void {
  const tab = activeTab();
  const hasContent =
    tab !== undefined &&
    (viewOf(tab.id).selectedNodes.size > 0 || jobOfTab(runStore.getState(), tab.id, tab.path) !== undefined);
  setPreference(panel, !isShown(panel, preferenceStore.getState()[panel], { isWide: WIDE.matches, hasContent }));
}

function listenToWidth(onChange: () => void): () => void {
  WIDE.addEventListener("change", onChange);
  return () => WIDE.removeEventListener("change", onChange);
}
