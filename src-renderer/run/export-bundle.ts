// A workflow as one file to share, with what it learned.

import { studio } from "../api/studio.ts";
import { activeTab } from "../state/document-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";
import { attempt } from "../state/toast-store.ts";
import { saveUrl } from "./save-file.ts";

type Source = Parameters<typeof studio.exportBundle>[0]["of"];

export function exportBundle(of: Source): void {
  attempt(async () => {
    const { url, path } = await studio.exportBundle({ of, path: null });
    if (url !== null) saveUrl(url, path.replace(/^.*[\\/]/, ""));
  });
}

/** The run of the workflow that is shown; where nothing was started from it yet, the workflow alone. */
export function exportShownBundle(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const job = jobOfTab(runStore.getState(), tab.id, tab.path);
  if (job !== undefined) return exportBundle({ run: job.run });
  exportBundle({ name: tab.name, path: tab.path, workflow: tab.history.present });
}
