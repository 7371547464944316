// A tab as the program keeps it, and what became of one since it was kept. Pure.

import type { Draft, DraftEntry } from "../../src-main/common/studio/draft.ts";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import type { DocumentTab, NewTab } from "../state/document-store.ts";
import { countTo, restoreHistory, stepsOf } from "../state/history.ts";

/** What of a tab is kept, and under which name. */
export interface KeptTab extends Pick<DocumentTab, "id" | "name" | "path" | "version" | "history" | "saved"> {
  readonly run: string | null;
  /** Of the whole that was kept last: what follows continues that. */
  readonly copy: string;
}

export function wholeOf(tab: KeptTab): Draft {
  return { ...aboutTab(tab), workflow: tab.history.present, steps: stepsOf(tab.history) };
}

/** @returns `null` when nothing that is left of the one leads to the other: then the whole must be kept */
export function entryBetween(before: KeptTab, now: KeptTab): DraftEntry | null {
  const [old, fresh] = [stepsOf(before.history), stepsOf(now.history)];
  const first = fresh[0];
  // Only what was done can be forgotten.
  const forgotten = now.history.base === before.history.base || first === undefined ? 0 : old.indexOf(first);
  if (forgotten < 0 || forgotten > before.history.past.length) return null;
  const left = old.slice(forgotten);
  const differs = left.findIndex((step, i) => step !== fresh[i]);
  const kept = differs === -1 ? left.length : differs;
  return { ...aboutTab(now), forgotten, kept, steps: fresh.slice(kept) };
}

/** Whether there is nothing to tell. */
export function isSame(before: KeptTab, now: KeptTab): boolean {
  const [old, fresh] = [before.history, now.history];
  return (
    (["name", "path", "version", "saved", "run"] as const).every((name) => before[name] === now[name]) &&
    (["present", "past", "future", "base"] as const).every((name) => old[name] === fresh[name])
  );
}

/** What was done before an update of the program that changed the format cannot be undone after it. */
export function tabOfDraft({ id, name, path, version, workflow, steps, done, saved }: Draft): NewTab & { id: string } {
  const opened = readWorkflow(workflow, name);
  const isOfNow = formatOf(workflow) === opened.workflow.formatVersion;
  const history = restoreHistory(opened.workflow, isOfNow ? steps : [], isOfNow ? done : 0);
  const savedNow = isOfNow ? saved : saved === done ? 0 : null;
  return { id, name, path, version, workflow: opened.workflow, history, saved: savedNow, notices: opened.diagnostics };
}

function formatOf(workflow: unknown): unknown {
  return typeof workflow === "object" && workflow !== null && "formatVersion" in workflow
    ? workflow.formatVersion
    : undefined;
}

function aboutTab({ id, name, path, version, history, saved, run, copy }: KeptTab) {
  return {
    id,
    name,
    path,
    version,
    saved: countTo(history, saved),
    run,
    copy,
    done: history.past.length,
    savedAt: "",
  };
}
