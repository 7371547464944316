// A process that trains as its parent tells it, with faults at file operations. Started by faults.ts.

import { explainFault } from "../../src-main/common/explain-fault.ts";
import { handlers } from "../../src-main/engine/handlers.ts";
import { setEvenClock } from "./even-clock.ts";
import { type FaultPlan, type Operation, operationsSoFar, planFaults, watchFiles } from "./file-faults.ts";

export interface Task {
  readonly run: string;
  /** Absent: the run is resumed. */
  readonly recipe?: string | undefined;
  readonly fault: Pick<FaultPlan, "at" | "kind">;
}

export interface TaskEnd {
  readonly operations: readonly Operation[];
  /** How it was refused; `null`: it is done. */
  readonly refused: string | null;
  /** What the program takes for a fault of its own. */
  readonly crash: string | null;
}

/** Longer than the program lets pass between two images that are shown while they are drawn: each of them is written, each time. */
const A_LOOK_MS = 1000;

watchFiles();
setEvenClock(A_LOOK_MS);
process.on("message", (task: Task) => void work(task).then((end) => process.send?.(end)));
process.send?.("ready");

async function work({ run, recipe, fault }: Task): Promise<TaskEnd> {
  const input = recipe === undefined ? { resume: run } : { recipe, out: run };
  planFaults({ folder: run, ...fault });
  const end = await handlers
    .train(
      { ...input, device: "cpu", cuts: "auto" },
      {
        signal: new AbortController().signal,
        emit: async () => undefined,
      },
    )
    .then(() => ({ refused: null, crash: null }), tell);
  const operations = operationsSoFar();
  planFaults(null);
  return { operations, ...end };
}

/** As the process that asked would be told. */
function tell(error: unknown): Pick<TaskEnd, "refused" | "crash"> {
  const diagnostics = explainFault(error, { stage: "engine" });
  const text = diagnostics.map(({ at, message }) => `${message} [${at.file ?? ""}]`).join("; ");
  const isCrash = diagnostics.some(({ code }) => code === "program-fault");
  return isCrash ? { refused: null, crash: text } : { refused: text, crash: null };
}
