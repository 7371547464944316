// A run as it lies on disk, with what has come since.

import { useEffect, useState } from "react";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { MetricsPoint, PreviewPicture, RunDetail } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { toastFailure } from "../state/toast-store.ts";
import { joinSteps } from "./metric-series.ts";

export interface ShownRun {
  readonly detail: RunDetail;
  readonly steps: readonly MetricsPoint[];
  readonly previews: readonly PreviewPicture[];
}

/** `null` until it was read, and when it is gone. */
export function useRunDetail(id: string | null): ShownRun | null {
  const [detail, setDetail] = useState<RunDetail | null>(null);
  const version = runStore(({ libraryVersion }) => libraryVersion);
  const state = runStore(({ jobs }) => jobs.find(({ run }) => run === id)?.state);
  const live = runStore((store) => (id === null ? EMPTY_RUN : (store.live[id] ?? EMPTY_RUN)));
  useEffect(() => {
    const asking = new AbortController();
    if (id !== null) {
      studio.run({ id }, { signal: asking.signal }).then(
        (found) => {
          if (!asking.signal.aborted) setDetail(found);
        },
        (fault: unknown) => {
          if (asking.signal.aborted) return;
          setDetail(null);
          // A job that still waits has no folder yet.
          if (!(fault instanceof Refusal)) toastFailure(fault);
        },
      );
    }
    return () => asking.abort();
  }, [id, version, state]);
  if (detail === null || detail.id !== id) return null;
  const known = new Set(detail.previews.map(({ url }) => url));
  const fresh = live.previews.filter(({ url }) => !known.has(url));
  return { detail, steps: joinSteps(detail.metrics, live.steps), previews: [...detail.previews, ...fresh] };
}
