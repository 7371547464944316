// Answers `prepareRun`: a workflow frozen into the program of a new run, so that later changes of the workflow or its files do not reach it.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { stepsOf } from "../../common/program/program.ts";
import { writeProgram } from "../../learning/program-file.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { programOfWorkflow } from "../program-file.ts";
import { refuseTaken } from "../refuse-taken.ts";
import { keepWorkflow } from "../workflow-stamp.ts";

export const prepareRun: ApiHandlers["prepareRun"] = async ({ run: folder, ...input }) => {
  const run = resolve(folder);
  refuseTaken(run);
  const warnings: Diagnostic[] = [];
  const { program, workflow } = programOfWorkflow(input, (warning) => warnings.push(warning));
  return asOnlyWriter(run, async () => {
    keepWorkflow(run, workflow, input.folder);
    // The last: a folder with a program is a run.
    writeProgram(run, program);
    return { steps: stepsOf(program), warnings };
  });
};
