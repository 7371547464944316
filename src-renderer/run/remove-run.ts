// Deletes a run, with a way back.

import { studio } from "../api/studio.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const words = text.learning.gallery;

export function removeRun({ id, name }: { readonly id: string; readonly name: string }): void {
  attempt(async () => {
    await studio.deleteRun({ id });
    toast({
      tone: "info",
      title: words.removed(name),
      action: { label: words.undo, run: () => attempt(() => studio.restoreRun({ id })) },
    });
  });
}
