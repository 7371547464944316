// A process that does what a person does in a studio, as its parent tells it, with faults at file operations; or that starts the studio
// anew and says what it finds. Started by faults.ts.

import { explainFault } from "../../src-main/common/explain-fault.ts";
import { openHome } from "../../src-main/studio/home.ts";
import {
  endFault,
  type FaultPlan,
  type Operation,
  operationsSoFar,
  planFaults,
  unwatched,
  watchFiles,
} from "./file-faults.ts";
import { type Desk, openDesk, STEPS } from "./studio-steps.ts";
import { leftoversIn, type StudioView, viewOf } from "./studio-view.ts";

export interface Task {
  readonly home: string;
  /** Told in what is kept; `null`: nothing is done, and what is kept is looked at. */
  readonly round: number | null;
  readonly fault: Pick<FaultPlan, "at" | "kind">;
  /** Whether each step tells what is kept after it. */
  readonly isViewed?: boolean;
}

export interface TaskEnd {
  readonly operations: readonly Operation[];
  readonly steps: readonly StepEnd[];
  /** What was wrong, in words. */
  readonly faults: readonly string[];
}

export interface StepEnd {
  readonly name: string;
  /** Operations that were done by its end. */
  readonly operations: number;
  /** What is kept then. */
  readonly view: StudioView;
}

watchFiles();
process.on("message", (task: Task) => void carryOut(task).then((end) => process.send?.(end)));
process.send?.("ready");

async function carryOut({ home, round, fault, isViewed = false }: Task): Promise<TaskEnd> {
  planFaults({ folder: home, ...fault });
  const end = round === null ? look(home) : await act(home, round, isViewed);
  const operations = operationsSoFar();
  planFaults(null);
  return { operations, ...end };
}

function look(folder: string): Omit<TaskEnd, "operations"> {
  const home = openHome(folder);
  try {
    const view = viewOf(home);
    return { steps: [{ name: "look", operations: 0, view }], faults: leftoversIn(home) };
  } finally {
    home.leave();
  }
}

async function act(folder: string, round: number, isViewed: boolean): Promise<Omit<TaskEnd, "operations">> {
  const steps: StepEnd[] = [];
  const faults: string[] = [];
  let desk: Desk | null = null;
  const done = (name: string): void => {
    const view = desk === null || !isViewed ? {} : unwatched(() => viewOf(open().home));
    steps.push({ name, operations: operationsSoFar().length, view });
  };
  const open = (): Desk => {
    if (desk === null) throw new Error("the studio is not open");
    return desk;
  };
  const doStep = async (name: string, step: () => Promise<void> | void): Promise<void> => {
    faults.push(...(await twice(name, folder, step)));
    // A person who is warned that the disk is full makes room.
    if (desk?.jobs.list().some(({ diagnostics }) => diagnostics.some(({ code }) => code === WARNED)) === true)
      endFault();
    done(name);
  };
  await doStep("open", () => {
    desk = openDesk(folder);
  });
  for (const [name, step] of Object.entries(STEPS)) await doStep(name, () => step(open(), round));
  await doStep("close", async () => {
    await open().jobs.close();
    open().home.leave();
  });
  return { steps, faults };
}

const WARNED = "file-not-writable";

/** Refused, a person makes room and does it again. @returns what was wrong */
async function twice(name: string, folder: string, step: () => Promise<void> | void): Promise<string[]> {
  const refused = await refusalOf(step);
  if (refused === null) return [];
  endFault();
  const again = await refusalOf(step);
  return [
    ...(refused.isCrash ? [`${name}: no refusal but a crash: ${refused.text}`] : []),
    ...(refused.text.includes(folder) ? [] : [`${name}: the refusal does not tell where: ${refused.text}`]),
    ...(again === null ? [] : [`${name}: it cannot be done again: ${again.text}; at first ${refused.text}`]),
  ];
}

async function refusalOf(step: () => Promise<void> | void): Promise<{ text: string; isCrash: boolean } | null> {
  try {
    await step();
    return null;
  } catch (error) {
    const diagnostics = explainFault(error, { stage: "studio" });
    const text = diagnostics.map(({ at, message }) => `${message} [${at.file ?? ""}]`).join("; ");
    return { text, isCrash: diagnostics.some(({ code }) => code === "program-fault") };
  }
}
