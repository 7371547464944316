// Rows that are filled one try at a time.

import type { Row } from "./part.ts";

export interface Tally {
  /** One try, and what was wrong with it. */
  readonly count: (what: string, faults: readonly string[]) => void;
  readonly rows: () => readonly Row[];
}

export function createTally(): Tally {
  const rows = new Map<string, { tried: number; faults: string[] }>();
  return {
    count(what, faults) {
      const row = rows.get(what) ?? { tried: 0, faults: [] };
      rows.set(what, row);
      row.tried += 1;
      // A try passes or fails, however much was wrong with it.
      if (faults.length > 0) row.faults.push(faults.join("; "));
    },
    rows: () => [...rows].map(([what, row]) => ({ what, ...row })),
  };
}
