// The queue of workers: where it is, and what there is of it, asked for only while somebody looks.

import { useEffect } from "react";
import { create } from "zustand";
import { type Diagnostic, Refusal } from "../../src-main/common/diagnostic.ts";
import type { QueueNews } from "../../src-main/common/queue-news.ts";
import type { QueueReport } from "../../src-main/common/queue/job.ts";
import type { QueueSetting } from "../../src-main/common/studio/queue.ts";
import { studio } from "../api/studio.ts";
import { onEveryConnection } from "./connection-store.ts";
import { toastFailure } from "./toast-store.ts";

interface QueueState {
  /** `null`: not known yet. */
  readonly setting: QueueSetting | null;
  /** `away`: it was there before, and the program waits for it. */
  readonly state: "idle" | "connecting" | "open" | "away" | "failed";
  /** The latest; `null`: there was none since it was set. */
  readonly report: QueueReport | null;
  /** Why it is away or cannot be reached. */
  readonly diagnostic: Diagnostic | null;
}

const UNKNOWN = { state: "idle", report: null, diagnostic: null } as const;
/** What cannot be reached is tried again by itself. */
const RETRIED_AFTER_MS = 5000;

const queueStore = create<QueueState>(() => ({ setting: null, ...UNKNOWN }));

let lookers = 0;
let round: AbortController | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;

/** As of now, for as long as whoever asks is there and the page is seen. */
export function useQueue(): QueueState {
  useEffect(() => {
    lookers += 1;
    follow();
    return () => {
      lookers -= 1;
      follow();
    };
  }, []);
  return queueStore();
}

export function watchQueueSetting(): void {
  onEveryConnection(() => void refreshQueue());
  document.addEventListener("visibilitychange", follow);
}

/** The setting has changed, here or elsewhere, or may have: what was begun with the one before is begun anew. */
export async function refreshQueue(): Promise<void> {
  try {
    const setting = await studio.queueSetting({});
    end();
    queueStore.setState({ setting, ...UNKNOWN });
    follow();
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    end();
    queueStore.setState({ ...UNKNOWN, state: "failed", diagnostic: fault.diagnostics[0] ?? null });
  }
}

/** At once, what would be tried again after a while. */
export function retryQueue(): void {
  const isKnown = queueStore.getState().setting !== null;
  queueStore.setState(UNKNOWN);
  if (isKnown) follow();
  else void refreshQueue();
}

function follow(): void {
  const isSet = (queueStore.getState().setting?.from ?? null) !== null;
  const isWanted = isSet && lookers > 0 && document.visibilityState === "visible";
  if (isWanted && round === null) begin();
  if (!isWanted && round !== null) {
    end();
    queueStore.setState({ state: "idle" });
  }
}

function begin(): void {
  clearTimeout(retry);
  const own = new AbortController();
  round = own;
  // Why it could not be reached is shown until it can.
  if (queueStore.getState().state !== "failed") queueStore.setState({ state: "connecting" });
  const onEvent = (news: QueueNews): void => {
    if (round === own) hear(news);
  };
  studio.watchQueue({}, { signal: own.signal, onEvent }).catch((fault: unknown) => {
    if (round !== own) return;
    round = null;
    if (!(fault instanceof Refusal)) return toastFailure(fault);
    queueStore.setState({ state: "failed", report: null, diagnostic: fault.diagnostics[0] ?? null });
    retry = setTimeout(follow, RETRIED_AFTER_MS);
  });
}

function end(): void {
  clearTimeout(retry);
  round?.abort();
  round = null;
}

function hear(news: QueueNews): void {
  if (news.type === "away") queueStore.setState({ state: "away", diagnostic: news.diagnostic });
  else queueStore.setState({ state: "open", report: news.report, diagnostic: null });
}
