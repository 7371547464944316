// `faults`: at every file operation of a small run the process is killed, half of what is written is written, the disk is full, or broken.
// Then the run is resumed without faults.

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRun } from "../../src-main/engine/check-run.ts";
import { type FaultWorker, startWorker } from "./fault-worker.ts";
import { FAULT_KINDS, type FaultKind, type Operation } from "./file-faults.ts";
import { inLanes } from "./lanes.ts";
import type { Part } from "./part.ts";
import { differencesOf } from "./small-run.ts";
import { createTally } from "./tally.ts";
import type { Task, TaskEnd } from "./train-under-faults.ts";

/** As few steps as write everything twice, with an old checkpoint to delete. */
const RECIPE = {
  prompts: ["a red apple", "a rocket"],
  steps: 2,
  batch: 2,
  microBatch: 2,
  seed: 5,
  sampler: { steps: 2, lastSteps: 1 },
  previews: { every: 2, prompts: ["a red apple"], sampler: { scheduler: "ddim", steps: 2, guidance: 2 } },
  evaluations: [{ prompts: ["a rocket"], show: "pictures" }],
  checkpoints: { every: 1, keep: 1 },
};

const PROGRAM = "train-under-faults.ts";
const KIND_NAMES: Readonly<Record<FaultKind, string>> = {
  kill: "killed before the operation",
  torn: "killed with half of it written",
  full: "disk full from then on",
  broken: "disk broken at that operation",
};
const LANES = 2;

interface Trial {
  readonly index: number;
  readonly operation: Operation;
  readonly kind: FaultKind;
}

type Worker = FaultWorker<Task, TaskEnd>;

export const faults: Part = {
  summary: "Kill, torn write, full and broken disk at every file operation of a small run, or at every Nth; resumed.",
  amount: { of: "every", whole: 1, small: 48 },
  async run({ seed, amount, folder, say }) {
    if (process.platform === "win32") return { rows: [], skipped: "Windows has no SIGKILL" };
    const recipe = join(folder, "recipe.json");
    writeFileSync(recipe, JSON.stringify(RECIPE));
    const workers: Worker[] = Array.from({ length: LANES }, () => startWorker(PROGRAM));
    const reference = join(folder, "in-peace");
    const inPeace = await workers[0]?.ask({ run: reference, recipe, fault: {} });
    if (inPeace === undefined || inPeace === null || inPeace.refused !== null || inPeace.crash !== null)
      throw new Error(`the run without faults failed: ${JSON.stringify(inPeace)}`);
    const { operations } = inPeace;
    const tally = createTally();
    tally.count("every file is written by operations that can fail", unwatched(reference, operations));
    const trials = operations
      .flatMap((operation, index) => kindsFor(operation).map((kind): Trial => ({ index, operation, kind })))
      .filter((_, i) => i % amount === seed % amount);
    say(`${operations.length} operations, ${trials.length} faults`);
    let done = 0;
    await inLanes(trials, LANES, async (trial, lane) => {
      const worker = workers[lane];
      if (worker === undefined) throw new Error(`there is no worker ${lane}`);
      const run = join(folder, `${trial.index}-${trial.kind}`);
      const { name, file } = trial.operation;
      const found = await tryOne(trial, worker, { run, recipe, reference });
      const where = `operation ${trial.index}, ${name} of ${file.slice(reference.length) || "the folder"}`;
      tally.count(KIND_NAMES[trial.kind], found.length === 0 ? [] : [`${where}: ${found.join("; ")}`]);
      if (found.length > 0) say(`FAULT at ${trial.kind}, ${where}: ${found.join("; ")}`);
      done += 1;
      if (done % 20 === 0) say(`${done} of ${trials.length}`);
    });
    await Promise.all(workers.map((worker) => worker.end()));
    return { rows: tally.rows().map((row) => ({ ...row, note: `${operations.length} operations` })) };
  },
};

/** Half of a write can be done, and a disk is full only for what takes room. */
function kindsFor({ isWriting, hasData }: Operation): readonly FaultKind[] {
  return FAULT_KINDS.filter((kind) => (kind !== "torn" || hasData) && (kind !== "full" || isWriting));
}

interface Places {
  readonly run: string;
  readonly recipe: string;
  readonly reference: string;
}

async function tryOne({ index, kind }: Trial, worker: Worker, { run, recipe, reference }: Places): Promise<string[]> {
  const deadly = kind === "kill" || kind === "torn";
  const victim: Worker = deadly ? startWorker(PROGRAM) : worker;
  const end = await victim.ask({ run, recipe, fault: { at: index, kind } });
  if (deadly) await victim.end();
  const shown = end === null ? (deadly ? [] : ["the process is gone"]) : faultsOf(end, run);
  const cost = await costOf(run);
  const planned = existsSync(join(run, "plan.json"));
  const resumed = await worker.ask({ run, recipe: planned ? undefined : recipe, fault: {} });
  if (resumed === null) return [...shown, ...cost, "the process that resumes is gone"];
  const failed = [resumed.refused ?? [], resumed.crash ?? []].flat().map((text) => `it cannot be resumed: ${text}`);
  return [...shown, ...cost, ...failed, ...(await differencesOf(run, { run: reference }))];
}

function faultsOf({ refused, crash }: TaskEnd, run: string): string[] {
  if (crash !== null) return [`no refusal but a crash: ${crash}`];
  return refused === null || refused.includes(run) ? [] : [`the refusal does not tell where: ${refused}`];
}

/** A crash costs the steps since the last checkpoint and the one in work, and no line of what was learned until then. */
async function costOf(run: string): Promise<string[]> {
  if (!existsSync(join(run, "plan.json"))) return [];
  const { steps, resumesFrom, findings } = await checkRun(run, false);
  const lost = (steps?.told ?? 0) - (resumesFrom ?? 0);
  return [
    ...(resumesFrom === null ? ["it cannot be resumed"] : []),
    ...(lost > RECIPE.checkpoints.every ? [`${lost} steps must be done again`] : []),
    ...findings.filter(({ remedy }) => remedy === null).map(({ message }) => message),
  ];
}

/** A file that was written around the watched functions would have been left out. */
function unwatched(run: string, operations: readonly Operation[]): string[] {
  const seen = new Set(operations.filter(({ isWriting }) => isWriting).map(({ file }) => file));
  return readdirSync(run, { recursive: true, encoding: "utf8" })
    .map((name) => join(run, name))
    .filter((file) => !seen.has(file) && !file.endsWith("glimpse.png"))
    .map((file) => `${file} appeared without an operation that was watched`);
}
