// What every command does around its own work: starts the engine, listens to Ctrl-C, prints the result or what went wrong, sets the exit code.

import type { ApiClient } from "../common/api.ts";
import { printDiagnostic, Refusal, type Diagnostic } from "../common/diagnostic.ts";
import type { RunEvent } from "../common/run-events.ts";
import { startEngine } from "../engine/client.ts";
import { FAILED, WRONG_USE } from "./exit-codes.ts";
import type { CommonOptions } from "./options.ts";
import { createEventPrinter } from "./print-events.ts";

export interface Task {
  readonly api: ApiClient;
  /** Aborts with the first Ctrl-C. Hand it to the call. */
  readonly signal: AbortSignal;
  /** Shows events on stderr. Hand it to the call of a stream. */
  readonly onEvent: (event: RunEvent) => void;
}

/** One key press may arrive twice: from the terminal, and forwarded by npm or by the launcher. */
const SAME_PRESS_MS = 300;

/** @param print the result for people, on stdout; left out where the option `--json` is given. */
export async function runCommand<Result>(
  options: CommonOptions,
  work: (task: Task) => Promise<Result>,
  print: (result: Result) => string,
  /** A result may itself tell of faults, as that of `inspect` does. */
  failed: (result: Result) => boolean = () => false,
): Promise<void> {
  const printer = createEventPrinter(process.stderr);
  const engine = startEngine({ onLog: (line) => (options.verbose ? printer.line(line) : undefined) });
  const abort = new AbortController();
  let firstPress = 0;
  const onInterrupt = (): void => {
    if (!abort.signal.aborted) {
      firstPress = Date.now();
      printer.line("stopping after this step; press Ctrl-C again to stop at once");
      abort.abort();
    } else if (Date.now() - firstPress > SAME_PRESS_MS) {
      void engine.kill();
    }
  };
  process.on("SIGINT", onInterrupt).on("SIGTERM", onInterrupt);
  try {
    const result = await work({ api: engine.api, signal: abort.signal, onEvent: printer.event });
    printer.end();
    console.log(options.json ? JSON.stringify(result, null, 2) : print(result));
    if (failed(result)) process.exitCode = FAILED;
  } catch (error) {
    printer.end();
    if (!(error instanceof Refusal)) throw error;
    for (const diagnostic of error.diagnostics) console.error(printDiagnostic(diagnostic));
    if (options.json) console.log(JSON.stringify({ diagnostics: error.diagnostics }, null, 2));
    process.exitCode = exitCodeOf(error.diagnostics);
  } finally {
    await engine.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
  }
}

function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.every(({ code }) => code === "invalid-input") ? WRONG_USE : FAILED;
}
