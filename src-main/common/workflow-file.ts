// Reads and writes the text of a workflow file. What is not known is kept, so that saving loses nothing.

import type { z } from "zod";
import { type Diagnostic, Refusal, refuse } from "./diagnostic.ts";
import { FORMAT_VERSION } from "./migrations/index.ts";
import { migrate } from "./migrations/migrate.ts";
import { inLowerCase } from "./print-issue.ts";
import { type Workflow, WORKFLOW_FORMAT, workflowSchema } from "./workflow.ts";

export interface OpenedWorkflow {
  readonly workflow: Workflow;
  /** A file of a newer version opens, but does not run. */
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws Refusal if the text is not a workflow */
export function parseWorkflow(text: string, file: string): OpenedWorkflow {
  return readWorkflow(parseJson(text, file, "open an earlier copy, or repair the text at that place"), file);
}

/** @param help the way out for a text that is no JSON @throws Refusal if it is none */
export function parseJson(text: string, file: string, help: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse({ code: "json-invalid", at: { file }, message: `not valid JSON: ${error.message}`, help });
  }
}

/** @throws Refusal if the JSON is not a workflow */
export function readWorkflow(json: unknown, file: string): OpenedWorkflow {
  if (!isWorkflow(json)) {
    return refuse({
      code: "workflow-foreign",
      at: { file },
      message: `this is not a workflow: it lacks "format": "${WORKFLOW_FORMAT}"`,
      help: "choose a workflow: its name ends in .reneg.json",
      command: "`reneg inspect` tells what the file is",
    });
  }
  const document: Readonly<Record<string, unknown>> = { ...migrate(json) };
  const complete = "view" in document ? document : { ...document, view: { nodes: {} } };
  const result = workflowSchema.safeParse(complete);
  const newer = newerThanKnown(document["formatVersion"], file);
  // The schema changes nothing, so the document itself is a Workflow; it keeps the order of its keys, which a parsed copy would not.
  if (result.success) return { workflow: complete as Workflow, diagnostics: newer };
  throw new Refusal(newer.length > 0 ? newer : result.error.issues.map((issue) => describeIssue(issue, file)));
}

/** Two spaces deep, with a line break at the end: equal documents give equal files. */
export function printWorkflow(workflow: Workflow): string {
  return `${JSON.stringify(workflow, null, 2)}\n`;
}

export function isWorkflow(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && "format" in json && json.format === WORKFLOW_FORMAT;
}

function newerThanKnown(version: unknown, file: string): readonly Diagnostic[] {
  if (typeof version !== "number" || !Number.isInteger(version) || version <= FORMAT_VERSION) return [];
  return [
    {
      severity: "error",
      code: "workflow-newer",
      at: { file },
      message: `the file has format version ${version}; this program knows up to ${FORMAT_VERSION}`,
      help: "update ReNeg Studio; saving the file here keeps what is in it",
    },
  ];
}

function describeIssue({ path, message }: z.core.$ZodIssue, file: string): Diagnostic {
  const at = path.length === 0 ? { file } : { file, part: path.join(".") };
  return {
    severity: "error",
    code: "workflow-invalid",
    at,
    message: inLowerCase(message),
    help: "docs/workflow-file.md describes the format",
  };
}
