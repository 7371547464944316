// The workflow inside of a file: a workflow file, a picture or an embedding that a run has made.

import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { parseJson, readWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { METADATA, parseMetadata } from "../training/embedding-header.ts";
import { readPictureText } from "../training/picture.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { readSafetensorsHeader } from "../weights/safetensors.ts";
import { withFoundPaths } from "./workflow-files.ts";
import { WORKFLOW_TEXT } from "./workflow-stamp.ts";

/** Longer texts are no workflows that anyone drew. */
const LONGEST_TEXT = 32 * 2 ** 20;
const SIGNATURE_BYTES = 16;

export interface ExtractedWorkflow {
  readonly workflow: Workflow;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Its paths that lead somewhere from the file's folder become absolute.
 * @throws Refusal if there is none in it, or the file is damaged
 */
export function extractWorkflow(file: string): ExtractedWorkflow {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    refuse({ code: "file-missing", at: { file }, message: "there is no such file", help: "check the path" });
  }
  const { workflow, diagnostics } = readWorkflow(workflowIn(file), file);
  return { workflow: withFoundPaths(workflow, dirname(file)), diagnostics };
}

function workflowIn(file: string): unknown {
  const head = withOpenFile(file, (opened) => readRange(opened, 0, Math.min(opened.size, SIGNATURE_BYTES)));
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith("\x89PNG")) return inPicture(file);
  if (/^\s*\{/.test(text)) return inText(file);
  return inEmbedding(file);
}

function inPicture(file: string): unknown {
  const text = readPictureText(file)[WORKFLOW_TEXT];
  return text === undefined ? refuseNone(file, "picture") : parseJson(text, file, "use the original file");
}

function inText(file: string): unknown {
  const { size } = statSync(file);
  if (size <= LONGEST_TEXT) return parseJson(readFileSync(file, "utf8"), file, "use the original file");
  return refuse({
    code: "workflow-too-large",
    at: { file },
    message: `the file has ${size} bytes, more than the ${LONGEST_TEXT} that a workflow may have`,
    help: "choose a workflow file",
  });
}

function inEmbedding(file: string): unknown {
  const { metadata } = readSafetensorsHeader(file);
  return parseMetadata(file, metadata[METADATA])?.workflow ?? refuseNone(file, "file");
}

function refuseNone(file: string, what: string): never {
  refuse({
    code: "workflow-none",
    at: { file },
    message: `there is no workflow in this ${what}`,
    help: "previews and embeddings carry one where they were made by a workflow and not changed by another program since",
  });
}
