// The command `reneg`. Exit codes: 0 done, 1 failed, 2 wrong use.

import { CommanderError } from "commander";
import { WRONG_USE } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

// `reneg … | head` closes the pipe when it has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has printed it. Help that was asked for is no error.
  process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
}
