// Which kind of file was learned, as a look at it tells: what can be done with it depends on that.

import { useEffect } from "react";
import type { FileKind } from "../../src-main/common/known-file.ts";
import { studio } from "../api/studio.ts";
import { toastFailure } from "../state/toast-store.ts";
import { askedOnce } from "./asked-once.ts";

/** What a file is stays so, however many look at it. */
const kinds = askedOnce(async (path: string) => (await studio.describeFile({ path })).file?.kind ?? null, toastFailure);

/** `null`: it is not known yet, or is none that anything takes. */
export function useFileKind(path: string | null): FileKind | null {
  const kind = kinds.answers((known) => (path === null ? undefined : known[path]));
  useEffect(() => {
    if (path !== null) kinds.ask(path);
  }, [path]);
  return kind ?? null;
}
