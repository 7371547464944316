// The program of a run's folder, also of a run of an earlier version, which kept a recipe with nothing left open.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "../common/program/program.ts";
import { PLAN_FILE } from "../common/run-files.ts";
import { hasProgram, readProgram } from "../learning/program-file.ts";

/** @throws Refusal if neither file is there, or the one that counts is damaged */
export function readRunProgram(run: string): Program {
  if (hasProgram(run) || !existsSync(join(run, PLAN_FILE))) return readProgram(run);
  throw new Error("not yet");
}
