// The short number that a run has in its home, as people call it: "run 12". It is given once, and stays after the run is deleted.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { mayBeThere } from "../weights/is-there.ts";
import { alongside, readJsonFile, writeJsonFile } from "./json-file.ts";
import { kindOfRun, readRunNotes } from "./run-folder.ts";

const kept = z.object({
  /** The highest that was ever given. */
  last: z.int().nonnegative(),
  runs: z.array(z.object({ run: z.string(), number: z.int().positive() })),
});

export interface RunNumbers {
  /** Of a run that has none, because it was made elsewhere or by an earlier version, the next one. */
  readonly of: (run: string) => number;
  /** The next one, for a new run. */
  readonly give: (run: string) => number;
}

/** Runs without a number get theirs in the order in which they were made. @param runs the folder of all runs */
export function openRunNumbers(file: string, runs: string): RunNumbers {
  const found = readJsonFile(file, kept, { last: 0, runs: [] });
  const numbers = new Map(
    found.runs.filter(({ run }) => mayBeThere(join(runs, run))).map(({ run, number }) => [run, number]),
  );
  let last = Math.max(found.last, ...numbers.values());
  /** Numbers stay true in memory, and runs must be told even where nothing can be written. */
  const keep = (): void =>
    alongside(() => writeJsonFile(file, { last, runs: [...numbers].map(([run, number]) => ({ run, number })) }));
  const give = (run: string): number => {
    numbers.set(run, ++last);
    return last;
  };
  const unnumbered = readdirSync(runs).filter((run) => !numbers.has(run) && kindOfRun(join(runs, run)) !== null);
  const byAge = unnumbered.map((run) => ({ run, at: madeAt(join(runs, run)) })).toSorted((a, b) => a.at - b.at);
  for (const { run } of byAge) give(run);
  if (byAge.length > 0) keep();
  const giveAndKeep = (run: string): number => {
    const number = give(run);
    keep();
    return number;
  };
  return { of: (run) => numbers.get(run) ?? giveAndKeep(run), give: giveAndKeep };
}

/** In milliseconds. */
function madeAt(folder: string): number {
  const { createdAt } = readRunNotes(folder);
  return createdAt === "" ? statSync(folder).mtimeMs : Date.parse(createdAt);
}
