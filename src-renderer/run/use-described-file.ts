// What was learned, as a look at its file tells: what can be done with it depends on that.

import { useEffect } from "react";
import type { DescribedFile, FileKind } from "../../src-main/common/known-file.ts";
import { studio } from "../api/studio.ts";
import { toastFailure } from "../state/toast-store.ts";
import { askedOnce } from "./asked-once.ts";

/** What a file is stays so, however many look at it. */
const files = askedOnce(async (path: string) => (await studio.describeFile({ path })).file, toastFailure);

/** `null`: it is not known yet, or is none that anything takes. */
export function useDescribedFile(path: string | null): DescribedFile | null {
  const file = files.answers((known) => (path === null ? undefined : known[path]));
  useEffect(() => {
    if (path !== null) files.ask(path);
  }, [path]);
  return file ?? null;
}

/** `null`: as above. */
export function useFileKind(path: string | null): FileKind | null {
  return useDescribedFile(path)?.kind ?? null;
}
