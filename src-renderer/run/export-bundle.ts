// A run as one file to share.

import { studio } from "../api/studio.ts";
import { showPanel } from "../state/show-panel.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { saveUrl } from "./save-file.ts";
import { jobOfActiveTab } from "./tell-job.ts";

export function exportBundle(run: string): void {
  attempt(async () => {
    const { url, path } = await studio.exportBundle({ run, path: null });
    if (url !== null) saveUrl(url, path.replace(/^.*[\\/]/, ""));
  });
}

/** Of the workflow that is shown; where it has none, one is chosen in the gallery. */
export function exportShownBundle(): void {
  const job = jobOfActiveTab();
  if (job !== undefined) return exportBundle(job.run);
  showPanel("gallery");
  toast({ tone: "info", title: text.run.exportNone });
}
