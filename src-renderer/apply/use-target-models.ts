// The models that an embedding could be applied to, as the program knows them.

import { useCallback, useEffect, useState } from "react";
import type { TargetModel } from "../../src-main/common/target-model.ts";
import { studio } from "../api/studio.ts";
import { toastFailure } from "../state/toast-store.ts";

interface TargetModels {
  /** `null` until the program has answered. */
  readonly models: readonly TargetModel[] | null;
  /** Searched for models. */
  readonly folders: readonly string[];
  /** Looks at a model that the program does not know yet. @throws Refusal if it is none */
  readonly add: (path: string) => Promise<TargetModel>;
  readonly saveFolders: (folders: readonly string[]) => Promise<void>;
}

export function useTargetModels(embedding: string): TargetModels {
  const [models, setModels] = useState<readonly TargetModel[] | null>(null);
  const [folders, setFolders] = useState<readonly string[]>([]);
  const read = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      const known = await studio.targetModels({ embedding }, { signal });
      if (signal?.aborted === true) return;
      setModels(known.models);
      setFolders(known.folders);
    },
    [embedding],
  );
  useEffect(() => {
    const asking = new AbortController();
    read(asking.signal).catch((fault: unknown) => {
      if (!asking.signal.aborted) toastFailure(fault);
    });
    return () => asking.abort();
  }, [read]);
  return {
    models,
    folders,
    async add(path) {
      const model = await studio.targetModel({ path, embedding });
      await read();
      return model;
    },
    async saveFolders(wanted) {
      await studio.saveModelFolders({ folders: [...wanted] });
      await read();
    },
  };
}
