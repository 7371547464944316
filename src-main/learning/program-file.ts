// The program that a run keeps in its folder, and never reads its workflow again.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Program, program as programSchema } from "../common/program/program.ts";
import { PROGRAM_FILE } from "../common/run-files.ts";
import { parseConfig } from "../models/parse-config.ts";
import { checkProgram } from "../program/check-program.ts";
import type { ProgramFunctions } from "../program/function.ts";
import { programFunctions } from "../program/functions/index.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { type JsonHelp, readJson } from "../weights/json-file.ts";

const OF_A_RUN: JsonHelp = {
  missing: "name the folder of a run, in which its program is kept",
  invalid: "another program has changed it: start the run anew",
};
const INVALID = { code: "program-invalid", help: "another program has changed it: start the run anew" };

export function hasProgram(run: string): boolean {
  return existsSync(join(run, PROGRAM_FILE));
}

export function writeProgram(run: string, program: Program): void {
  writeFileAtomically(join(run, PROGRAM_FILE), printProgram(program));
}

export function printProgram(program: Program): string {
  return JSON.stringify(program, null, 2);
}

/** @throws Refusal if it is not there, or damaged */
export function readProgram(run: string): Program {
  return parseProgram(readJson(join(run, PROGRAM_FILE), OF_A_RUN), join(run, PROGRAM_FILE));
}

/** @throws Refusal naming what is wrong in the file */
export function parseProgram(json: unknown, file: string, functions: ProgramFunctions = programFunctions): Program {
  const program = parseConfig(programSchema, json, file, INVALID);
  checkProgram(program, functions, file);
  return program;
}
