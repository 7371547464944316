// An application as the queue knows it, and as it lies on disk.

import { useEffect, useState } from "react";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { AppliedDetail } from "../../src-main/common/studio/applied.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import { studio } from "../api/studio.ts";
import { runStore } from "../state/run-store.ts";
import { toastFailure } from "../state/toast-store.ts";

export interface Application {
  /** `null`: taken off the list. */
  readonly job: Job | null;
  /** `null`: not read yet, or gone. */
  readonly detail: AppliedDetail | null;
  readonly isGone: boolean;
}

export function useApplication(run: string): Application {
  const job = runStore(({ jobs }) => jobs.find((each) => each.run === run)) ?? null;
  const version = runStore(({ libraryVersion }) => libraryVersion);
  const [detail, setDetail] = useState<AppliedDetail | null>(null);
  const [isGone, setGone] = useState(false);
  const state = job?.state;
  useEffect(() => {
    const asking = new AbortController();
    const { signal } = asking;
    studio.appliedRun({ id: run }, { signal }).then(
      (found) => {
        if (signal.aborted) return;
        setGone(false);
        setDetail(found);
      },
      (fault: unknown) => {
        if (signal.aborted) return;
        if (!(fault instanceof Refusal)) return toastFailure(fault);
        setGone(true);
      },
    );
    return () => asking.abort();
  }, [run, version, state]);
  return { job, detail, isGone };
}
