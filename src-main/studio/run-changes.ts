// What a run was made with, and what changed since the run before it of the same workflow.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { nodeTypes } from "../../nodes/index.ts";
import type { RunChanges } from "../common/studio/run.ts";
import { differencesBetween, parametersOf, type WorkflowParameter } from "../common/workflow-difference.ts";
import type { Home } from "./home.ts";
import { kindOfRun, readFrozenWorkflow, readRunNotes } from "./run-folder.ts";

/** A run with its workflow, as far as that tells runs of one workflow from others. */
interface Made {
  readonly id: string;
  readonly workflow: string;
  readonly createdAt: string;
}

/** The oldest first. */
export function madeRuns({ runs }: Home): readonly Made[] {
  return readdirSync(runs)
    .filter((id) => kindOfRun(join(runs, id)) === "learn")
    .map((id) => {
      const { workflowPath, workflowName, name, createdAt } = readRunNotes(join(runs, id));
      return { id, workflow: workflowPath ?? (workflowName === "" ? name : workflowName), createdAt };
    })
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** What was frozen when a run was made never changes. */
const known = new Map<string, RunChanges["differences"]>();

/** `null`: it is the first of its workflow, or was made from a plain recipe. */
export function changesOf(home: Home, id: string, made: readonly Made[]): RunChanges | null {
  const at = made.findIndex((run) => run.id === id);
  const own = made[at];
  if (own === undefined || own.workflow === "") return null;
  const before = made.slice(0, at).findLast(({ workflow }) => workflow === own.workflow);
  if (before === undefined) return null;
  const [old, fresh] = [before.id, id].map((run) => readFrozenWorkflow(join(home.runs, run)) ?? null);
  if (old === null || old === undefined || fresh === null || fresh === undefined) return null;
  const key = `${home.runs} ${before.id} ${before.createdAt} ${id} ${own.createdAt}`;
  const differences = known.get(key) ?? differencesBetween(old, fresh, nodeTypes);
  known.set(key, differences);
  return { run: before.id, number: home.runNumbers.of(before.id), differences };
}

/** Of a plain recipe: none. */
export function parametersOfRun(home: Home, id: string): WorkflowParameter[] {
  const workflow = readFrozenWorkflow(join(home.runs, id));
  return workflow === null ? [] : parametersOf(workflow, nodeTypes);
}
