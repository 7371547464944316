// Puts a run for each combination of values into the queue, and shows the sweep that this makes.

import { allowPath } from "../../../nodes/withheld-paths.ts";
import { studio } from "../../api/studio.ts";
import { activeTab } from "../../state/document-store.ts";
import { preferenceStore } from "../../state/preference-store.ts";
import { runStore } from "../../state/run-store.ts";
import { showPanel } from "../../state/show-panel.ts";
import { showSweep } from "../../state/shown-sweep-store.ts";
import { toast } from "../../state/toast-store.ts";
import { text } from "../../text/text.ts";
import type { RunOnChoice } from "./RunOn.tsx";
import type { VariedValue } from "./varied-values.ts";

interface Varied {
  readonly node: string;
  readonly param: string;
  readonly values: readonly VariedValue[];
}

/** @throws Refusal if one of the runs cannot be learned: then none is queued */
export async function queueSweep(varied: readonly Varied[], workers: RunOnChoice): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const values = varied.flatMap((one) => one.values);
  const jobs = await studio.enqueueSweep({
    name: tab.name,
    workflow: values.reduce(allowPath, tab.history.present),
    path: tab.path,
    device: preferenceStore.getState().device,
    variations: varied.map((one) => ({ ...one, values: [...one.values] })),
    workers,
  });
  const [first] = jobs;
  if (first?.sweep === undefined || first.sweep === null) return;
  const { run, sweep } = first;
  runStore.setState(({ runOfTab }) => ({ runOfTab: { ...runOfTab, [tab.id]: run } }));
  toast({ tone: "info", title: text.sweep.dialog.queued(jobs.length) });
  showSweep(sweep.id);
  showPanel("sweeps");
}
