// What was measured, turn by turn, in one file: what is in it is not measured again, so that a run can be stopped and gone on with.

import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { writeFileAtomically } from "../../src-main/weights/atomic-write.ts";
import { answer } from "./job.ts";

const side = z.enum(["ours", "peer"]);
export type Side = z.output<typeof side>;

export const turn = z.strictObject({
  side,
  /** `ours`, or the way in which the peer did it. */
  variant: z.string(),
  ...answer.omit({ variants: true }).shape,
  first: z.number(),
  seconds: z.array(z.number()).min(1),
  processor: z.array(z.number()).min(1),
  /** Share of all cores that was at work for others just before. */
  busy: z.number(),
});
export type Turn = z.output<typeof turn>;

const agreement = z.strictObject({
  variant: z.string(),
  tensor: z.string(),
  /** max |a − b| / max |b|, where b is the peer's; `null`: not a number. */
  error: z.number().nullable(),
});
export type Agreement = z.output<typeof agreement>;

const caseResult = z.strictObject({
  /** What was measured: the code, device and cuts. Other results are dropped. */
  key: z.string(),
  turns: z.array(turn),
  /** Seconds of each way of the peer, once: the fastest takes the turns. */
  probe: z.record(z.string(), z.number()).nullable(),
  agreements: z.array(agreement),
});
export type CaseResult = z.output<typeof caseResult>;

const machine = z.strictObject({
  processor: z.string(),
  cores: z.number(),
  /** Bytes. */
  memory: z.number(),
  system: z.string(),
  /** Versions by what they are of. */
  versions: z.record(z.string(), z.string()),
  date: z.string(),
});
export type Machine = z.output<typeof machine>;

export const results = z.strictObject({
  format: z.literal("reneg-speed"),
  formatVersion: z.literal(1),
  machine,
  cases: z.record(z.string(), caseResult),
});
export type Results = z.output<typeof results>;

export function noResult(key: string): CaseResult {
  return { key, turns: [], probe: null, agreements: [] };
}

/** Those of the same machine; of another one, or none yet: no cases. @throws Error for a file that is something else */
export function readResults(file: string, here: Machine): Results {
  const none: Results = { format: "reneg-speed", formatVersion: 1, machine: here, cases: {} };
  if (!existsSync(file)) return none;
  const found = results.parse(JSON.parse(readFileSync(file, "utf8")));
  const isSame = found.machine.processor === here.processor && found.machine.cores === here.cores;
  // Versions of a peer stay known where it is not asked for again.
  const versions = { ...found.machine.versions, ...here.versions };
  return isSame ? { ...found, machine: { ...here, versions } } : none;
}

export function writeResults(file: string, measured: Results): void {
  writeFileAtomically(file, `${JSON.stringify(measured, null, 1)}\n`);
}
