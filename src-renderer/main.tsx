// Starts the page: draws at once, connects, and then shows the file that was given, what was open, or on a first start the emoji workflow.

import "./shell/page-policy.ts";
import "./api/session-key.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { connectStudio, studio } from "./api/studio.ts";
import { listenToClipboard } from "./commands/clipboard.ts";
import { runMenuCommand } from "./commands/menu-commands.ts";
import { openPath, showOpened } from "./files/documents.ts";
import { keepDrafts, recoverDrafts } from "./files/drafts.ts";
import { announceRuns } from "./run/announce-runs.ts";
import { App } from "./shell/App.tsx";
import { markPage } from "./shell/mark-page.ts";
import { watchDocuments } from "./state/check-store.ts";
import { connectionStore } from "./state/connection-store.ts";
import { closeTab, documentStore, findTab } from "./state/document-store.ts";
import { loadPreferences } from "./state/preference-store.ts";
import { watchQueueSetting } from "./state/queue-store.ts";
import { onMenuCommand, onOpenFile, runStore, watchRuns } from "./state/run-store.ts";
import { attempt } from "./state/toast-store.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/dialogs.css";
import "./style/canvas.css";
import "./style/run.css";
import "./style/sweep.css";
import "./style/workers.css";
import "./style/understand.css";
import "./style/player.css";
import "./style/apply.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
watchDocuments();
listenToClipboard();
watchRuns();
watchQueueSetting();
announceRuns();
markPage();
onMenuCommand(runMenuCommand);
const begun = Promise.withResolvers<void>();
let isFileGiven = false;
/** The tab of the workflow that a first start shows. */
let starter: string | null = null;
// A file that the program was started with comes in front of what was open. The page may hear of it only when it has begun.
onOpenFile((path) => {
  isFileGiven = true;
  attempt(async () => {
    await begun.promise;
    await openPath(path);
    closeStarter();
  });
});
const unsubscribe = connectionStore.subscribe(({ state }) => {
  if (state !== "open") return;
  unsubscribe();
  attempt(() => begin().finally(begun.resolve));
});
void connectStudio();

async function begin(): Promise<void> {
  await loadPreferences();
  const recovered = await recoverDrafts();
  keepDrafts();
  if (recovered > 0 || isFileGiven) return;
  // One that runs without anything to fetch or choose.
  const first = (await studio.templates({})).find(({ needs }) => needs.length === 0);
  if (first === undefined) return;
  showOpened({ ...first, path: null, diagnostics: [], version: null });
  starter = documentStore.getState().activeId;
}

/** Nobody asked for it: it makes room for a given file, as long as nothing was done with it. */
function closeStarter(): void {
  const tab = findTab(starter);
  if (
    tab !== undefined &&
    tab.path === null &&
    tab.history.past.length === 0 &&
    runStore.getState().runOfTab[tab.id] === undefined
  )
    closeTab(tab.id);
}
