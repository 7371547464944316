// Whatever was thrown, as diagnostics: those of a refusal, what the system says of a file, or the words of a fault of the program with the lines that help to find it.

import { type Diagnostic, type Place, Refusal } from "./diagnostic.ts";
import { systemFaultOf } from "./system-fault.ts";

const LINES = 5;

/** A fault is written to the log, too. @param at where it was noticed */
export function explainFault(error: unknown, at: Place): readonly Diagnostic[] {
  if (error instanceof Refusal) return error.diagnostics;
  const ofSystem = systemFaultOf(error);
  if (ofSystem !== null) return [ofSystem];
  const fault = error instanceof Error ? error : new Error(String(error));
  console.error(fault);
  const stack = (fault.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return [
    {
      severity: "error",
      code: "program-fault",
      at,
      message: fault.message,
      notes: stack.slice(0, LINES).map((line) => ({ at, message: line.trim() })),
      help: "this is a fault of the program, not of your input: please report it with these lines",
    },
  ];
}
