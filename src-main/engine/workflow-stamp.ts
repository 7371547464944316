// The workflow that a run was made from: kept in its folder, and put into what it makes.

import { basename, join } from "node:path";
import { portableWorkflow } from "../../nodes/workflow-paths.ts";
import { parseWorkflow, printWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { EMBEDDED_NAME } from "../models/embedded.ts";
import { hashWeights } from "../models/hash-weights.ts";
import { openPipeline } from "../models/pipeline.ts";
import type { Plan } from "../training/plan.ts";
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
export function portableWorkflowOf(run: string, plan: Plan): Workflow | null {
  const file = join(run, FILE);
  const text = readUnlessMissing(file);
  if (text === null) return null;
  const { workflow } = parseWorkflow(text, file);
  const isEmbedded = plan.pipeline === EMBEDDED_NAME;
  const hashes = isEmbedded
    ? {}
    : { [basename(plan.pipeline)]: hashWeights(openPipeline(plan.pipeline, plan).unet.weights) };
  return portableWorkflow(workflow, hashes);
}
