// Several runs as they lie on disk, in the order in which they were asked for; those that are gone are left out.

import { useEffect, useState } from "react";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import type { RunDetail } from "../../../src-main/common/studio/run.ts";
import { studio } from "../../api/studio.ts";
import { runStore } from "../../state/run-store.ts";
import { toastFailure } from "../../state/toast-store.ts";

export function useRunDetails(ids: readonly string[]): readonly RunDetail[] {
  const [details, setDetails] = useState<readonly RunDetail[]>([]);
  const version = runStore(({ libraryVersion }) => libraryVersion);
  useEffect(() => {
    const asking = new AbortController();
    Promise.all(ids.map((id) => detailOf(id, asking.signal))).then(
      (found) => {
        if (!asking.signal.aborted) setDetails(found.flatMap((one) => one ?? []));
      },
      (fault: unknown) => {
        if (!asking.signal.aborted) toastFailure(fault);
      },
    );
    return () => asking.abort();
  }, [ids, version]);
  return details;
}

async function detailOf(id: string, signal: AbortSignal): Promise<RunDetail | null> {
  try {
    return await studio.run({ id }, { signal });
  } catch (fault) {
    if (fault instanceof Refusal) return null;
    throw fault;
  }
}
