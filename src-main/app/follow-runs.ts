// Shows in the task bar how learning goes, tells of its end when nobody looks, and keeps the machine from falling asleep meanwhile.

import { type BrowserWindow, Notification, powerSaveBlocker } from "electron";
import type { Job } from "../common/studio/job.ts";
import type { Studio } from "../studio/studio.ts";
import { noticesOf, progressOf } from "./run-progress.ts";

/** Of a task bar that shows no progress. */
const NONE = -1;

export interface Windows {
  /** The one that is open; on macOS there may be none. */
  readonly current: () => BrowserWindow | null;
  /** Opens one where there is none. */
  readonly show: () => void;
}

/** Until the studio closes. */
export async function followRuns(studio: Pick<Studio, "handlers">, windows: Windows): Promise<void> {
  let before: readonly Job[] = [];
  let blocker: number | null = null;
  await studio.handlers.watch(
    {},
    {
      signal: new AbortController().signal,
      async emit(event) {
        if (event.type !== "jobs") return;
        // They come from the queue itself; the contract types them as what may be sent.
        const jobs = event.jobs as readonly Job[];
        const progress = progressOf(jobs);
        windows.current()?.setProgressBar(progress ?? NONE);
        blocker = keepAwake(progress !== null, blocker);
        if (windows.current()?.isFocused() !== true) noticesOf(before, jobs).forEach(notify);
        before = jobs;
      },
    },
  );

  function notify({ title, body }: ReturnType<typeof noticesOf>[number]): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    notification.on("click", windows.show);
    notification.show();
  }
}

function keepAwake(wanted: boolean, blocker: number | null): number | null {
  if (wanted) return blocker ?? powerSaveBlocker.start("prevent-app-suspension");
  if (blocker !== null) powerSaveBlocker.stop(blocker);
  return null;
}
