// The files that the program knows, to choose from.

import { useCallback, useEffect, useState } from "react";
import type { KnownFile } from "../../src-main/common/known-file.ts";
import { studio } from "../api/studio.ts";
import { toastFailure } from "../state/toast-store.ts";

interface KnownFiles {
  /** `null` until the program has answered. */
  readonly files: readonly KnownFile[] | null;
  /** Searched for models. */
  readonly folders: readonly string[];
  readonly saveFolders: (folders: readonly string[]) => Promise<void>;
}

export function useKnownFiles(): KnownFiles {
  const [known, setKnown] = useState<Pick<KnownFiles, "files" | "folders">>({ files: null, folders: [] });
  const read = useCallback(async (signal?: AbortSignal): Promise<void> => {
    const answer = await studio.knownFiles({}, { signal });
    if (signal?.aborted !== true) setKnown(answer);
  }, []);
  useEffect(() => {
    const asking = new AbortController();
    read(asking.signal).catch((fault: unknown) => {
      if (asking.signal.aborted) return;
      setKnown((before) => ({ ...before, files: before.files ?? [] }));
      toastFailure(fault);
    });
    return () => asking.abort();
  }, [read]);
  return {
    ...known,
    async saveFolders(folders) {
      await studio.saveModelFolders({ folders: [...folders] });
      await read();
    },
  };
}
