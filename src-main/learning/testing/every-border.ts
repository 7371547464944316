// All places at which graphs may be cut, inside of networks too.

import type { KeptCuts } from "../kept-cuts.ts";
import type { OpenedUpdates } from "../open-updates.ts";

/** As a run keeps where it is cut, of updates that may be cut in any way. */
export function everyBorder(updates: OpenedUpdates): KeptCuts {
  return Object.fromEntries(
    [...updates].map(([name, { lowered }]) => [name, lowered.borders.map((border) => border.name)]),
  );
}
