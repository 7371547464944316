// A workflow as one file to share, with what it learned.

import { studio } from "../api/studio.ts";
import { activeTab } from "../state/document-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";
import { askUser } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { saveUrl } from "./save-file.ts";

type Source = Parameters<typeof studio.exportBundle>[0]["of"];

export function exportBundle(of: Source): void {
  attempt(async () => {
    const { paths } = await studio.bundleFiles({ of });
    if (paths.length === 0) return pack(of, []);
    // A workflow of somebody else may name files that nobody wants to give away.
    const { title, words, pack: packLabel, leaveOut } = text.learning.gallery.bundleQuestion;
    askUser({
      title,
      text: words,
      items: paths,
      answers: [
        { label: leaveOut, run: () => attempt(() => pack(of, [])) },
        { label: packLabel, tone: "primary", run: () => attempt(() => pack(of, paths)) },
      ],
    });
  });
}

async function pack(of: Source, confirmed: string[]): Promise<void> {
  const { url, path } = await studio.exportBundle({ of, confirmed, path: null });
  if (url !== null) saveUrl(url, path.replace(/^.*[\\/]/, ""));
}

/** The run of the workflow that is shown; where nothing was started from it yet, the workflow alone. */
export function exportShownBundle(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const job = jobOfTab(runStore.getState(), tab.id, tab.path);
  if (job !== undefined) return exportBundle({ run: job.run });
  exportBundle({ name: tab.name, path: tab.path, workflow: tab.history.present });
}
