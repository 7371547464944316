// All runs that have learned or will, the newest first, asked again whenever one came, went or was renamed.

import { useEffect, useState } from "react";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { connectionStore } from "../state/connection-store.ts";
import { runStore } from "../state/run-store.ts";
import { toastFailure } from "../state/toast-store.ts";

export function useRuns(): readonly RunSummary[] {
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  const connection = connectionStore(({ count }) => count);
  const version = runStore(({ libraryVersion }) => libraryVersion);
  useEffect(() => {
    studio.runs({}).then(setRuns, toastFailure);
  }, [version, connection]);
  return runs;
}
