// A process that trains as its parent tells it, with faults at file operations. Started by faults.ts.

import { Refusal } from "../../src-main/common/diagnostic.ts";
import { handlers } from "../../src-main/engine/handlers.ts";
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
  /** Anything thrown that is no refusal is a fault of the program. */
  readonly crash: string | null;
}

watchFiles();
process.on("message", (task: Task) => void work(task).then((end) => process.send?.(end)));
process.send?.("ready");

async function work({ run, recipe, fault }: Task): Promise<TaskEnd> {
  const input = recipe === undefined ? { resume: run } : { recipe, out: run };
  planFaults({ folder: run, ...fault });
  const end = await handlers
    .train(
      { ...input, device: "cpu" },
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

function tell(error: unknown): Pick<TaskEnd, "refused" | "crash"> {
  if (!(error instanceof Refusal))
    return { refused: null, crash: error instanceof Error ? String(error.stack) : String(error) };
  return {
    crash: null,
    refused: error.diagnostics.map(({ at, message }) => `${message} [${"file" in at ? at.file : ""}]`).join("; "),
  };
}
