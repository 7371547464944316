import { activeTabOf, documentStore } from "../state/document-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";

/** The newest job of the workflow that is shown. */
export function useJobOfTab() {
  const tab = documentStore((state) => activeTabOf(state)?.id ?? "");
  const path = documentStore((state) => activeTabOf(state)?.path ?? null);
  return runStore((state) => jobOfTab(state, tab, path));
}
