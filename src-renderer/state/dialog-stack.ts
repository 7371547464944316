// The dialogs that are open, the topmost last. The browser puts all else out of reach, whatever lies above it.

import { create } from "zustand";

interface DialogStack {
  readonly open: readonly HTMLDialogElement[];
}

export const dialogStack = create<DialogStack>(() => ({ open: [] }));

/** @returns how to take it off again */
export function pushDialog(dialog: HTMLDialogElement): () => void {
  dialogStack.setState(({ open }) => ({ open: [...open, dialog] }));
  return () => dialogStack.setState(({ open }) => ({ open: open.filter((each) => each !== dialog) }));
}
