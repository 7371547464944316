// What the studio keeps — jobs, notes, drafts, documents — as `faults` tries it: killed, it has each thing as it was before the step in work
// or after it; refused, the step can be done again, and all is as if nothing had happened.

import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { faultsOfEnd, type FaultWork, isDeadly, type Trial } from "./fault-trials.ts";
import type { FaultWorker } from "./fault-worker.ts";
import type { StepEnd, Task, TaskEnd } from "./keep-under-faults.ts";
import { JOB, type StudioView } from "./studio-view.ts";

/** The first makes what every trial begins with. */
const ROUNDS = { template: 1, trial: 2, afterwards: 3 };

export function createKeeping(): FaultWork<Task, TaskEnd> {
  /** Of the try without faults. */
  let steps: readonly StepEnd[] = [];
  let before: StudioView = {};
  return {
    name: "studio",
    program: "keep-under-faults.ts",
    async inPeace(home, worker) {
      const template = templateBeside(home);
      if (!existsSync(template)) await ask(worker, { home: template, round: ROUNDS.template, fault: {} });
      cpSync(template, home, { recursive: true });
      before = await viewBy(worker, home);
      const end = await ask(worker, { home, round: ROUNDS.trial, fault: {}, isViewed: true });
      ({ steps } = end);
      return end.operations;
    },
    async attempt(trial, home, { victim, steady }) {
      cpSync(templateBeside(home), home, { recursive: true });
      const end = await victim.ask({ home, round: ROUNDS.trial, fault: { at: trial.index, kind: trial.kind } });
      const shown = [...faultsOfEnd(trial, end), ...(end === "gone" || end === "hung" ? [] : end.faults)];
      const found = await steady.ask({ home, round: null, fault: {} });
      if (found === "gone" || found === "hung") return [...shown, `the studio that starts anew is ${found}`];
      const view = found.steps[0]?.view ?? {};
      const kept = isDeadly(trial.kind) ? faultsOfKilled(view, trial) : faultsOfDone(view);
      const next = await steady.ask({ home, round: ROUNDS.afterwards, fault: {} });
      if (next === "gone" || next === "hung") return [...shown, ...kept, `the studio that goes on is ${next}`];
      const last = await steady.ask({ home, round: null, fault: {} });
      const left = last === "gone" || last === "hung" ? [`the studio that ends is ${last}`] : last.faults;
      return [...new Set([...shown, ...found.faults, ...kept, ...next.faults, ...left])];
    },
  };

  /** Each thing is as before the step in which it was killed, or as after it; and a job that waited or ran is paused. */
  function faultsOfKilled(view: StudioView, { index }: Trial): string[] {
    const at = steps.findIndex(({ operations }) => operations > index);
    const [earlier, later] = [steps[at - 1]?.view ?? before, steps[at]?.view ?? {}];
    const things = new Set([...Object.keys(earlier), ...Object.keys(later), ...Object.keys(view)]);
    return [...things].flatMap((thing) => {
      const [found, ...allowed] = [view[thing], earlier[thing], later[thing]];
      if (isPausedBy(steps[at]?.name ?? "", thing, found) || allowed.includes(found)) return [];
      return [`in "${steps[at]?.name}", ${thing} is ${found}, and not ${allowed[0]} or ${allowed[1]}`];
    });
  }

  function faultsOfDone(view: StudioView): string[] {
    const expected = steps.at(-1)?.view ?? {};
    return [...new Set([...Object.keys(expected), ...Object.keys(view)])]
      .filter((thing) => view[thing] !== expected[thing])
      .map((thing) => `at the end ${thing} is ${view[thing]}, and not ${expected[thing]}`);
  }
}

/** A job that waited or ran when the program was killed is paused. */
function isPausedBy(step: string, thing: string, found: string | undefined): boolean {
  const [name = "", state] = found?.split(", ") ?? [];
  return thing.startsWith(JOB) && state === "paused" && /^(enqueue|resume) /.test(step) && step.endsWith(name);
}

function templateBeside(home: string): string {
  return join(dirname(home), "template");
}

async function viewBy(worker: FaultWorker<Task, TaskEnd>, home: string): Promise<StudioView> {
  const { steps } = await ask(worker, { home, round: null, fault: {} });
  return steps[0]?.view ?? {};
}

/** @throws if anything is wrong although nothing was done to it */
async function ask(worker: FaultWorker<Task, TaskEnd>, task: Task): Promise<TaskEnd> {
  const end = await worker.ask(task);
  if (end === "gone" || end === "hung" || end.faults.length > 0)
    throw new Error(
      `the studio without faults failed: ${JSON.stringify(end === "gone" || end === "hung" ? end : end.faults)}`,
    );
  return end;
}
