// Which sweep the panel shows, and what the dialog that makes one begins with.

import { create } from "zustand";

/** `param: null`: the user chooses; `node: null`: of any node. */
export interface VaryRequest {
  readonly node: string | null;
  readonly param: string | null;
}

interface ShownSweepState {
  /** `null`: the newest. */
  readonly chosen: string | null;
  readonly vary: VaryRequest | null;
}

export const shownSweepStore = create<ShownSweepState>(() => ({ chosen: null, vary: null }));

export function openVary(vary: VaryRequest | null): void {
  shownSweepStore.setState({ vary });
}

export function showSweep(chosen: string): void {
  shownSweepStore.setState({ chosen });
}
