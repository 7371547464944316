// What every command does around its own work: starts the engine, listens to Ctrl-C, prints the result or what went wrong, sets the exit code.

import type { ApiClient } from "../common/api.ts";
import { printDiagnostic, Refusal, type Diagnostic } from "../common/diagnostic.ts";
import { doingOfEvent } from "../common/doing-of-event.ts";
import type { RunEvent } from "../common/run-events.ts";
import { startEngine } from "../engine/client.ts";
import { FAILED, WRONG_USE } from "./exit-codes.ts";
import { onInterruptions } from "./interruptions.ts";
import type { CommonOptions, MemoryOption } from "./options.ts";
import { createEventPrinter } from "./print-events.ts";
import { jsonText, terminalText } from "./terminal-text.ts";

export interface Task {
  readonly api: ApiClient;
  /** Aborts with the first Ctrl-C. Hand it to the call. */
  readonly signal: AbortSignal;
  /** Shows events on stderr. Hand it to the call of a stream. */
  readonly onEvent: (event: RunEvent) => void;
}

/** @param print the result for people, on stdout; left out where the option `--json` is given. */
export async function runCommand<Result>(
  options: CommonOptions & MemoryOption,
  work: (task: Task) => Promise<Result>,
  print: (result: Result) => string,
  /** A result may itself tell of faults, as that of `inspect` does. */
  failed: (result: Result) => boolean = () => false,
): Promise<void> {
  const printer = createEventPrinter(process.stderr);
  let doing: string | null = null;
  const onEvent = (event: RunEvent): void => {
    const told = doingOfEvent(event);
    if (told !== undefined) doing = told;
    printer.event(event);
  };
  const engine = startEngine({
    memory: options.memory,
    onLog: (line) => (options.verbose ? printer.line(line) : undefined),
    onSilence: (since) => printer.line(printSilence(since, doing)),
  });
  const abort = new AbortController();
  const { stopListening, exitCode: interruptedBy } = onInterruptions({
    onFirst() {
      printer.line("stopping after this step; press Ctrl-C again to stop at once");
      abort.abort();
    },
    onSecond: () => void engine.kill(),
  });
  try {
    const result = await work({ api: engine.api, signal: abort.signal, onEvent });
    printer.end();
    console.log(options.json ? jsonText(result) : terminalText(print(result)));
    if (failed(result)) process.exitCode = FAILED;
  } catch (error) {
    printer.end();
    if (!(error instanceof Refusal)) throw error;
    printRefusal(error, options);
  } finally {
    // What was asked to end has not done all of its work, whatever is kept of it: the next command of a script must not begin.
    process.exitCode = interruptedBy() ?? process.exitCode;
    await engine.stop();
    stopListening();
  }
}

/** @param since milliseconds since 1970 */
function printSilence(since: number | null, doing: string | null): string {
  if (since === null) return "the engine answers again";
  const at = doing === null ? "" : `; it was at: ${doing}`;
  const told = `the engine has given no sign of life since ${new Date(since).toLocaleTimeString()}${at}`;
  return `${told}\n  help: wait for it, or press Ctrl-C twice, which ends it at once; a run goes on from its last checkpoint: \`reneg train --resume RUN\``;
}

/** What cannot be done, for people and for `--json`, with the exit code. */
export function printRefusal({ diagnostics }: Refusal, { json }: CommonOptions): void {
  for (const diagnostic of diagnostics) console.error(terminalText(printDiagnostic(diagnostic)));
  if (json) console.log(jsonText({ diagnostics }));
  process.exitCode = exitCodeOf(diagnostics);
  // As commander ends what it finds wrong by itself.
  if (process.exitCode === WRONG_USE) console.error("See the same command with --help.");
}

function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.every(({ code }) => code === "invalid-input") ? WRONG_USE : FAILED;
}
