// Puts the shown workflow into the queue, and shows the run that this makes.

import { studio } from "../api/studio.ts";
import { activeTab } from "../state/document-store.ts";
import { preferenceStore } from "../state/preference-store.ts";
import { runStore } from "../state/run-store.ts";
import { showRun } from "../state/shown-run-store.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

/** @throws Refusal if it cannot be learned */
export async function train(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const job = await studio.enqueue({
    name: tab.name,
    workflow: tab.history.present,
    path: tab.path,
    device: preferenceStore.getState().device,
  });
  runStore.setState(({ runOfTab }) => ({ runOfTab: { ...runOfTab, [tab.id]: job.run } }));
  toast({ tone: "info", title: job.state === "queued" ? text.run.waits(job.number) : text.run.begins(job.number) });
  showRun(job.run);
}
