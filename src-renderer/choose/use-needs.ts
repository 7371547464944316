// What the shown workflow still needs, looked for again and again while someone waits for it.

import { useCallback, useEffect, useState } from "react";
import type { Need } from "../../src-main/common/studio/needs.ts";
import { studio } from "../api/studio.ts";
import { edit, useActiveTab } from "../state/document-store.ts";
import { toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { fillNeeds, foundNeeds } from "./found-needs.ts";

const EVERY_MS = 3000;
const words = text.choosing.needs;

export interface Needs {
  readonly needs: readonly Need[];
  readonly checkAgain: () => Promise<void>;
}

/** What was found without a doubt is chosen at once, as one step that can be undone. */
export function useNeeds(): Needs {
  const workflow = useActiveTab()?.history.present;
  const [needs, setNeeds] = useState<readonly Need[]>([]);
  const look = useCallback(async (): Promise<void> => {
    if (workflow === undefined) return;
    const open = await studio.needs({ workflow });
    const found = foundNeeds(open);
    setNeeds(open);
    if (found.length === 0) return;
    edit(words.edit, (before) => fillNeeds(before, found));
    toast({ tone: "success", title: words.found(found.map(({ name }) => name)) });
  }, [workflow]);
  useEffect(() => {
    // A program that does not answer just now is asked again.
    const ask = (): void => void look().catch(() => undefined);
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, [look]);
  return { needs, checkAgain: look };
}
