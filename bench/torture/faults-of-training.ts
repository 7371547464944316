// Learning, as `faults` tries it: what a fault has left is resumed, and must end as if nothing had happened.

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkRun } from "../../src-main/engine/check-run.ts";
import { faultsOfEnd, type FaultWork } from "./fault-trials.ts";
import type { NoAnswer } from "./fault-worker.ts";
import type { Operation } from "./file-faults.ts";
import { differencesOf } from "./small-run.ts";
import type { Task, TaskEnd } from "./train-under-faults.ts";

/** As few steps as write everything twice, with an old checkpoint to delete; and as little to compute as leaves the files the same. */
const RECIPE = {
  prompts: ["a red apple", "a rocket"],
  heldOut: [],
  size: { height: 32, width: 32 },
  steps: 2,
  batch: 1,
  microBatch: 1,
  seed: 5,
  sampler: { steps: 1, lastSteps: 1 },
  previews: { every: 2, prompts: ["a red apple"] },
  evaluations: [{ prompts: ["a rocket"], show: "pictures" }],
  checkpoints: { every: 1, keep: 1 },
};

export const training: FaultWork<Task, TaskEnd> = {
  name: "training",
  program: "train-under-faults.ts",
  async inPeace(run, worker) {
    const recipe = recipeBeside(run);
    writeFileSync(recipe, JSON.stringify(RECIPE));
    const end = await worker.ask({ run, recipe, fault: {} });
    if (end === "gone" || end === "hung" || end.refused !== null || end.crash !== null)
      throw new Error(`the run without faults failed: ${JSON.stringify(end)}`);
    // A file that was written around the watched functions would have been left out.
    const left = unwatched(run, end.operations);
    if (left.length > 0) throw new Error(`files appeared without an operation that is watched: ${left.join(", ")}`);
    return end.operations;
  },
  async attempt(trial, run, { victim, steady }) {
    const recipe = recipeBeside(run);
    const end = await victim.ask({ run, recipe, fault: { at: trial.index, kind: trial.kind } });
    const shown = [...faultsOfEnd(trial, end), ...faultsOfRefusal(end, run)];
    const cost = await costOf(run);
    const planned = existsSync(join(run, "program.json"));
    const resumed = await steady.ask({ run, recipe: planned ? undefined : recipe, fault: {} });
    if (resumed === "gone" || resumed === "hung") return [...shown, ...cost, `the process that resumes is ${resumed}`];
    const failed = [resumed.refused ?? [], resumed.crash ?? []].flat().map((text) => `it cannot be resumed: ${text}`);
    const reference = join(dirname(run), "in-peace-0");
    return [...shown, ...cost, ...failed, ...(await differencesOf(run, { run: reference }))];
  },
};

function recipeBeside(run: string): string {
  return join(dirname(run), "recipe.json");
}

function faultsOfRefusal(end: TaskEnd | NoAnswer, run: string): string[] {
  if (end === "gone" || end === "hung") return [];
  if (end.crash !== null) return [`no refusal but a crash: ${end.crash}`];
  return end.refused === null || end.refused.includes(run) ? [] : [`the refusal does not tell where: ${end.refused}`];
}

/** A crash costs the steps since the last checkpoint and the one in work, and no line of what was learned until then. */
async function costOf(run: string): Promise<string[]> {
  if (!existsSync(join(run, "program.json"))) return [];
  const { steps, resumesFrom, findings } = await checkRun(run, false);
  const lost = (steps?.told ?? 0) - (resumesFrom ?? 0);
  return [
    ...(resumesFrom === null ? ["it cannot be resumed"] : []),
    ...(lost > RECIPE.checkpoints.every ? [`${lost} steps must be done again`] : []),
    ...findings.filter(({ remedy }) => remedy === null).map(({ message }) => message),
  ];
}

function unwatched(run: string, operations: readonly Operation[]): string[] {
  const seen = new Set(operations.filter(({ isWriting }) => isWriting).map(({ file }) => file));
  return readdirSync(run, { recursive: true, encoding: "utf8" })
    .map((name) => join(run, name))
    .filter((file) => !seen.has(file));
}
