// What is learned just now: the queue, the steps, the newest pictures. Fed by the program's events.

import { create } from "zustand";
import type { EngineVitals } from "../../src-main/common/engine-vitals.ts";
import type { StageTimes } from "../../src-main/common/stage-times.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import type { MenuCommand } from "../../src-main/common/studio/menu-command.ts";
import type { RunLogLine } from "../../src-main/common/studio/run-log.ts";
import type { MetricsPoint, PreviewPicture } from "../../src-main/common/studio/run.ts";
import type { StudioEvent } from "../../src-main/common/studio/studio-event.ts";
import { studio } from "../api/studio.ts";
import { onEveryConnection } from "./connection-store.ts";
import { refreshQueue } from "./queue-store.ts";
import { toastFailure } from "./toast-store.ts";

export interface LiveRun {
  /** Since this window began to watch. */
  readonly steps: readonly MetricsPoint[];
  readonly previews: readonly PreviewPicture[];
  /** Where its time went; `null`: nothing was told yet. */
  readonly times: StageTimes | null;
  /** Lines since this window began to watch. */
  readonly log: readonly RunLogLine[];
  readonly latentPreview: { readonly url: string; readonly step: number; readonly total: number } | null;
}

interface RunState {
  /** In the order of the queue. */
  readonly jobs: readonly Job[];
  /** What the engine takes of the machine; `null`: not known yet. */
  readonly vitals: EngineVitals | null;
  readonly live: Readonly<Record<string, LiveRun>>;
  /** Grows when runs or embeddings came, went or were renamed: ask again. */
  readonly libraryVersion: number;
  /** The run that was started from a tab, by the tab. */
  readonly runOfTab: Readonly<Record<string, string>>;
}

export const EMPTY_RUN: LiveRun = { steps: [], previews: [], times: null, log: [], latentPreview: null };

export const runStore = create<RunState>(() => ({ jobs: [], vitals: null, live: {}, libraryVersion: 0, runOfTab: {} }));

/** Of the log of a run. */
const MOST_LINES = 500;

type Listener = (path: string) => void;
const openListeners = new Set<Listener>();

/** A file was opened from outside. */
export function onOpenFile(listener: Listener): void {
  openListeners.add(listener);
}

const menuListeners = new Set<(command: MenuCommand) => void>();

/** Something was chosen in a menu of the desktop app. */
export function onMenuCommand(listener: (command: MenuCommand) => void): void {
  menuListeners.add(listener);
}

export function watchRuns(): void {
  onEveryConnection((signal) => {
    studio.watch({}, { signal, onEvent: receive }).catch((fault: unknown) => {
      if (!signal.aborted) reportUnlessLost(fault);
    });
  });
}

function reportUnlessLost(fault: unknown): void {
  // A lost connection is shown for itself, and watching begins anew with the next one.
  if (fault instanceof Error && fault.message.includes("connection")) return;
  toastFailure(fault);
}

function receive(event: StudioEvent): void {
  switch (event.type) {
    case "jobs":
      return runStore.setState({ jobs: event.jobs });
    case "steps":
      return updateRun(event.run, ({ steps }) => ({ steps: [...steps, ...event.steps] }));
    case "preview":
      return updateRun(event.run, ({ previews }) => ({ previews: [...previews, event.preview], latentPreview: null }));
    case "latent-preview":
      return updateRun(event.run, () => ({ latentPreview: { url: event.url, step: event.step, total: event.total } }));
    case "stages":
      return updateRun(event.run, () => ({ times: event.times }));
    case "vitals":
      return runStore.setState({ vitals: event.vitals });
    case "log":
      return updateRun(event.run, ({ log }) => ({ log: [...log, ...event.lines].slice(-MOST_LINES) }));
    case "library":
      return runStore.setState(({ libraryVersion }) => ({ libraryVersion: libraryVersion + 1 }));
    case "queue":
      return void refreshQueue();
    case "open":
      for (const listener of openListeners) listener(event.path);
      return;
    case "command":
      for (const listener of menuListeners) listener(event.command);
  }
}

function updateRun(run: string, change: (live: LiveRun) => Partial<LiveRun>): void {
  runStore.setState(({ live }) => {
    const old = live[run] ?? EMPTY_RUN;
    return { live: { ...live, [run]: { ...old, ...change(old) } } };
  });
}

/** The newest job that came from this tab, or else from its file. */
export function jobOfTab(
  state: Pick<RunState, "jobs" | "runOfTab">,
  tab: string,
  path: string | null,
): Job | undefined {
  const run = state.runOfTab[tab];
  return (
    state.jobs.find((job) => job.run === run) ??
    (path === null ? undefined : state.jobs.findLast((job) => job.workflowPath === path))
  );
}
