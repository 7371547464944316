// What `faults` does with a piece of work, whatever that is: one try for each of its file operations and each way in which that can fail.

import type { FaultWorker, NoAnswer } from "./fault-worker.ts";
import { FAULT_KINDS, type FaultKind, type Operation } from "./file-faults.ts";
import { inLanes } from "./lanes.ts";
import type { Row } from "./part.ts";
import { createTally } from "./tally.ts";

/** A piece of work that a worker does in a folder, and what must be true of it afterwards. */
export interface FaultWork<Task extends object, End extends FaultEnd> {
  /** As it is called in the table. */
  readonly name: string;
  /** Of this folder; it answers a task with an end. */
  readonly program: string;
  /** Does it without faults. */
  readonly inPeace: (folder: string, worker: FaultWorker<Task, End>) => Promise<readonly Operation[]>;
  /** Does it with one, and then goes on without. @returns what was wrong */
  readonly attempt: (trial: Trial, folder: string, workers: Workers<Task, End>) => Promise<string[]>;
}

export interface FaultEnd {
  readonly operations: readonly Operation[];
}

export interface Trial {
  readonly index: number;
  readonly operation: Operation;
  readonly kind: FaultKind;
}

export interface Workers<Task, End> {
  /** Does what is to fail; it is gone afterwards where the fault is deadly. */
  readonly victim: FaultWorker<Task, End>;
  readonly steady: FaultWorker<Task, End>;
}

export interface TrialOptions<Task, End> {
  /** Empty, for this work alone. */
  readonly folder: string;
  /** Each Nth trial. */
  readonly every: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly createWorker: () => FaultWorker<Task, End>;
}

const KIND_NAMES: Readonly<Record<FaultKind, string>> = {
  kill: "killed before the operation",
  torn: "killed with half of it written",
  full: "disk full from then on",
  broken: "disk broken at that operation",
};
const LANES = 2;
const TOLD_EVERY = 20;

export async function tryFaults<Task extends object, End extends FaultEnd>(
  work: FaultWork<Task, End>,
  { folder, every, seed, say, createWorker }: TrialOptions<Task, End>,
): Promise<Row[]> {
  const workers = Array.from({ length: LANES }, createWorker);
  const tally = createTally();
  const listed: (readonly Operation[])[] = [];
  const inPeace = (lane: number): string => `${folder}/in-peace-${lane}`;
  for (const [lane, worker] of workers.entries()) listed.push(await work.inPeace(inPeace(lane), worker));
  const [operations = [], again = []] = listed;
  const [names, namesAgain] = [operations, again].map((those, lane) => those.map((one) => nameOf(one, inPeace(lane))));
  tally.count(`${work.name}: the same operations each time`, differencesOf(names, namesAgain));
  const trials = operations
    .flatMap((operation, index) => kindsFor(operation).map((kind): Trial => ({ index, operation, kind })))
    .filter((_, i) => i % every === seed % every);
  say(`${work.name}: ${operations.length} operations, ${trials.length} faults`);
  let done = 0;
  await inLanes(trials, LANES, async (trial, lane) => {
    const steady = workers[lane];
    if (steady === undefined) throw new Error(`there is no worker ${lane}`);
    const victim = isDeadly(trial.kind) ? createWorker() : steady;
    const found = await work.attempt(trial, `${folder}/${trial.index}-${trial.kind}`, { victim, steady });
    if (victim !== steady) await victim.end();
    const where = `operation ${trial.index}, ${nameOf(trial.operation, inPeace(0))}`;
    tally.count(
      `${work.name}: ${KIND_NAMES[trial.kind]}`,
      found.map((fault) => `${where}: ${fault}`),
    );
    if (found.length > 0) say(`FAULT at ${trial.kind}, ${where}: ${found.join("; ")}`);
    done += 1;
    if (done % TOLD_EVERY === 0) say(`${work.name}: ${done} of ${trials.length}`);
  });
  await Promise.all(workers.map((worker) => worker.end()));
  return tally.rows().map((row) => ({ ...row, note: `${operations.length} operations` }));
}

export function isDeadly(kind: FaultKind): boolean {
  return kind === "kill" || kind === "torn";
}

/** What is wrong with how a victim has ended, as far as its trial alone tells. */
export function faultsOfEnd<End extends FaultEnd>({ kind, index, operation }: Trial, end: End | NoAnswer): string[] {
  if (end === "hung") return ["it hangs"];
  if (end === "gone") return isDeadly(kind) ? [] : ["the process is gone"];
  if (isDeadly(kind)) return ["it was not killed: the operation was never reached"];
  const met = end.operations[index];
  return met?.name === operation.name ? [] : [`the operation with this number was ${met?.name ?? "none"}`];
}

/** Half of a write can be done, and a disk is full only for what takes room. */
function kindsFor({ isWriting, hasData }: Operation): readonly FaultKind[] {
  return FAULT_KINDS.filter((kind) => (kind !== "torn" || hasData) && (kind !== "full" || isWriting));
}

/** The same for the same operation of another try. */
function nameOf({ name, file }: Operation, folder: string): string {
  const place = file.slice(folder.length).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "*");
  return `${name} of ${place || "the folder"}`;
}

function differencesOf(names: readonly string[] = [], again: readonly string[] = []): string[] {
  const at = names.findIndex((name, i) => name !== again[i]);
  if (at === -1 && names.length === again.length) return [];
  return [`${names.length} and ${again.length} of them; number ${at} is ${names[at]}, and then ${again[at]}`];
}
