// The wire in hand is let go: wired, moved, removed, refused, or kept until a partner is chosen.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { disconnectWires, moveWires } from "../commands/wiring.ts";
import { toastDiagnostic } from "../state/toast-store.ts";
import { dropHand, updateHand, wireStore } from "../state/wire-store.ts";
import { openPalette } from "./open-palette.ts";

/** @param at on the screen */
export function dropWire(at: Point): void {
  const { hand } = wireStore.getState();
  if (hand === null) return;
  const { target, ends, lifted } = hand;
  switch (target.kind) {
    case "port":
      dropHand();
      return moveWires(ends, lifted, target.port);
    case "choice":
      return updateHand({ droppedAt: at });
    case "refused":
      dropHand();
      return toastDiagnostic(target.refusal);
    case "canvas":
      if (lifted.length > 0) {
        dropHand();
        return disconnectWires(lifted);
      }
      updateHand({ droppedAt: at });
      return openPalette(at, { from: ends[0] });
    case "nothing":
      return dropHand();
  }
}
