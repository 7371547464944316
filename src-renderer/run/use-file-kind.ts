// Which kind of file was learned, as a look at it tells: what can be done with it depends on that.

import { useEffect, useState } from "react";
import type { FileKind } from "../../src-main/common/known-file.ts";
import { studio } from "../api/studio.ts";
import { toastFailure } from "../state/toast-store.ts";

/** `null`: it is not known yet, or is none that anything takes. */
export function useFileKind(path: string | null): FileKind | null {
  const [found, setFound] = useState<{ readonly path: string; readonly kind: FileKind | null } | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    if (path !== null) {
      studio.describeFile({ path }, { signal: asking.signal }).then(
        ({ file }) => {
          if (!asking.signal.aborted) setFound({ path, kind: file?.kind ?? null });
        },
        (fault: unknown) => {
          if (!asking.signal.aborted) toastFailure(fault);
        },
      );
    }
    return () => asking.abort();
  }, [path]);
  return found !== null && found.path === path ? found.kind : null;
}
