// The command `reneg`. Exit codes: 0 done, 1 failed, 2 wrong use, 128 and the signal's number if it was interrupted.

import { CommanderError } from "commander";
import { WRONG_USE } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

/** Nobody reads any more what a command says that saves its work when its terminal is closed. */
const GONE_TERMINAL = "EIO";

// `reneg … | head` closes the pipe when it has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  if (error.code !== GONE_TERMINAL) throw error;
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE" && error.code !== GONE_TERMINAL) throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has printed it. Help that was asked for is no error.
  process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
}
