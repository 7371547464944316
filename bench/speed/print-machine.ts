// The machine and the versions that figures are to be read beside, in one line.

import type { Machine } from "./results.ts";

export function printMachine({ processor, cores, memory, system, versions, date }: Machine): string {
  const told = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${processor}, ${cores} cores, ${(memory / 1e9).toFixed(2)} GB, ${system}; ${told.join(", ")}; ${date}.`;
}
