// Workflows that are handed to the engine as they are: what is wrong with them, and a run folder that is ready to learn.

import { z } from "zod";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { missingFile } from "./studio/document.ts";

export const workflowInput = z.object({
  /** A workflow as JSON. */
  workflow: z.unknown(),
  /** What its relative paths are relative to. */
  folder: z.string(),
});
export type WorkflowInput = z.output<typeof workflowInput>;

export const workflowCheck = z.object({
  diagnostics: z.array(diagnosticSchema),
  /** Files that it names and that are not there. */
  missing: z.array(missingFile),
});

/** The run's folder is made, and must not hold a run yet. */
export const prepareRunInput = workflowInput.extend({ run: z.string() });

export const preparedRun = z.object({
  /** Steps of learning. */
  steps: z.int().positive(),
  warnings: z.array(diagnosticSchema),
});

export const extractedWorkflow = z.object({
  workflow: z.unknown(),
  diagnostics: z.array(diagnosticSchema),
});

/** What a training that is running is asked for: it is met after the step in work. */
export const runRequest = z.object({
  /** The folder of the run that is meant. */
  run: z.string(),
  request: z.enum(["sample", "save"]),
});
export type RunRequest = z.output<typeof runRequest>;
