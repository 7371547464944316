// The command `reneg`. Exit codes: 0 done, 1 failed, 2 wrong use.

import { CommanderError } from "commander";
import { WRONG_USE } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has printed it. Help that was asked for is no error.
  process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
}
