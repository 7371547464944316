// The process that fuzzes one target: tries inputs one after the other, keeps those that reach what none has reached, and tells what is
// neither read nor refused, or costs too much. Its parent ends it when it hangs.

import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRandom } from "../torture/random.ts";
import { costOf, shareOfBudget, whyTooDear } from "./budget.ts";
import { createCorpus } from "./corpus.ts";
import { countBlocks, type Coverage } from "./coverage.ts";
import { splitFiles, writeFiles } from "./joined-files.ts";
import type { FuzzMessage, FuzzTask } from "./messages.ts";
import { mutateInput } from "./mutations.ts";
import type { Read, Target } from "./target.ts";

const TOLD_EVERY_MS = 500;
/** Of a stack, what tells where a fault is; numbers and paths of one input are not part of it. */
const LONGEST_FIND = 1200;
/** Longer inputs that reach something new are not kept: what begins with them is slow. */
const LARGEST_KEPT = 96 * 1024;
/** A cost is measured again before it counts: the first time, code may be compiled and garbage of others collected. */
const MEASURED = 3;

const [task] = (await once(process, "message")) as [FuzzTask];
const coverage = countBlocks();
// Only now: what is imported before is not counted.
const { TARGETS } = await import("./targets/index.ts");
const { Refusal } = await import("../../src-main/common/diagnostic.ts");
const target = await TARGETS[task.target]?.load();
if (target === undefined) throw new Error(`there is no target ${task.target}`);
// What the program says of damaged files of its own, a thousand times a second.
console.error = () => {};
await fuzz(target, task, coverage);
process.disconnect();
process.exit();

async function fuzz(target: Target, task: FuzzTask, coverage: Coverage): Promise<void> {
  const { isBlind, milliseconds, seed, replay } = task;
  const attempt = attempts(target, task, target.open(task.folder));
  const random = createRandom(seed);
  const seeds = target.seeds();
  const corpus = createCorpus(seeds);
  const told = new Set<string>();
  const counts = { executions: 0, refused: 0, dearest: 0 };
  const tryOne = async (input: Uint8Array): Promise<void> => {
    coverage.begin();
    const { fault, isRefused, share } = await attempt(input);
    counts.executions += 1;
    counts.refused += isRefused ? 1 : 0;
    counts.dearest = Math.max(counts.dearest, share);
    if (coverage.isNew() && !isBlind && input.length <= LARGEST_KEPT) corpus.add(input);
    if (fault === null || told.has(placeOf(fault))) return;
    told.add(placeOf(fault));
    await tell({ type: "find", what: fault.slice(0, LONGEST_FIND) });
  };
  const tellProgress = (): Promise<void> => {
    return tell({ type: "progress", ...counts, ...coverage.blocks(), kept: corpus.size() });
  };

  for (const sound of seeds) await tryOne(sound);
  await tellProgress();
  if (replay !== null) await tryOne(readFileSync(replay));
  const end = performance.now() + (replay === null ? milliseconds : 0);
  for (let next = 0; performance.now() < end;) {
    const input = corpus.next(random);
    await tryOne(mutateInput(input, target.form, { others: corpus.some(random), words: coverage.words(), random }));
    if (performance.now() < next) continue;
    await tellProgress();
    next = performance.now() + TOLD_EVERY_MS;
  }
  await tellProgress();
}

interface Attempt {
  /** In words. */
  readonly fault: string | null;
  readonly isRefused: boolean;
  /** Of what it may cost. */
  readonly share: number;
}

function attempts({ form, name }: Target, { folder, current }: FuzzTask, read: Read) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  let refusals = 0;
  const place = (input: Uint8Array): void => {
    // Whoever ends this process finds it there.
    writeFileSync(current, input);
    if (form === "files") writeFiles(path, splitFiles(input));
    else writeFileSync(path, input);
  };
  const readOnce = async (input: Uint8Array): Promise<string | null> => {
    try {
      await read(path, input);
    } catch (error) {
      if (error instanceof Refusal) refusals += 1;
      else return error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`;
    }
    return null;
  };
  return async (input: Uint8Array): Promise<Attempt> => {
    const before = refusals;
    place(input);
    let fault: string | null = null;
    let cost = await costOf(async () => (fault = await readOnce(input)));
    for (let again = 1; again < MEASURED && fault === null && whyTooDear(cost, input.length) !== null; again++) {
      global.gc?.();
      place(input);
      cost = await costOf(() => readOnce(input));
    }
    return {
      fault: fault ?? whyTooDear(cost, input.length),
      isRefused: refusals > before,
      share: shareOfBudget(cost, input.length),
    };
  };
}

/** Where a fault was thrown, whatever it says: two inputs that lead there show one fault. */
function placeOf(fault: string): string {
  const [first] = /^ +at .*(src-main|nodes|src-renderer)\/.*$/m.exec(fault) ?? [];
  return first ?? fault.replace(/\d+/g, "N");
}

function tell(message: FuzzMessage): Promise<void> {
  const sent = Promise.withResolvers<void>();
  process.send?.(message, () => sent.resolve());
  return sent.promise;
}
