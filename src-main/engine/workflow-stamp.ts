// The workflow that a run was made from: kept in its folder, and put into what it makes.

import { basename, join } from "node:path";
import { portableWorkflow } from "../../nodes/workflow-paths.ts";
import type { Program } from "../common/program/program.ts";
import { parseWorkflow, printWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { EMBEDDED_NAME } from "../models/embedded.ts";
import { hashWeights } from "../models/hash-weights.ts";
import { openPipeline } from "../models/pipeline.ts";
import { pipelineChoice, unet } from "../program/functions/pipeline-parts.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";
import { withAbsolutePaths } from "./workflow-files.ts";

/** The keyword of the text in a picture. */
export const WORKFLOW_TEXT = "reneg-workflow";
const FILE = "workflow.reneg.json";

/** @param folder what its paths are relative to */
export function keepWorkflow(run: string, workflow: Workflow, folder: string): void {
  writeFileAtomically(join(run, FILE), printWorkflow(withAbsolutePaths(workflow, folder)));
}

/** `null` for the run of a plain recipe. */
export function portableWorkflowOf(run: string, program: Program): Workflow | null {
  const file = join(run, FILE);
  const text = readUnlessMissing(file);
  if (text === null) return null;
  const { workflow } = parseWorkflow(text, file);
  return portableWorkflow(workflow, hashesOf(program));
}

/** Of UNets, by the names of their files. */
function hashesOf({ calls }: Program): Record<string, string> {
  const choices = Object.values(calls).flatMap(({ fn, settings }) =>
    fn === unet.name ? [pipelineChoice.parse(settings)] : [],
  );
  return Object.fromEntries(
    choices
      .filter(({ path }) => path !== EMBEDDED_NAME)
      .map(({ path, ...options }) => [basename(path), hashWeights(openPipeline(path, options).unet.weights)]),
  );
}
