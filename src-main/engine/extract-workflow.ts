// The workflow inside of a file: a workflow file, a picture or an embedding that a run has made.

import { statSync } from "node:fs";
import { dirname } from "node:path";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { isWorkflow, parseJson, readWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { METADATA, parseMetadata } from "../embeddings/embedding-header.ts";
import { readPictureText } from "../pictures/picture.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { readSafetensorsHeader } from "../weights/safetensors.ts";
import { readTextFile } from "../weights/text-file.ts";
import type { MadeSettings } from "./foreign/made-settings.ts";
import { settingsInImage, settingsInJson } from "./foreign/read-foreign.ts";
import { workflowOfSettings } from "./foreign/workflow-of-settings.ts";
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
 * Its paths that lead somewhere from the file's folder become absolute. Of another program's workflow or image a new workflow is made.
 * @throws Refusal if there is none in it, or the file is damaged
 */
export function extractWorkflow(file: string): ExtractedWorkflow {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    refuse({ code: "file-missing", at: { file }, message: "there is no such file", help: "check the path" });
  }
  const found = workflowIn(file);
  if ("made" in found) return workflowOfSettings(found.made, file);
  const { workflow, diagnostics } = readWorkflow(found.json, file);
  return { workflow: withFoundPaths(workflow, dirname(file)), diagnostics };
}

/** Ours, or what another program says. */
type Found = { readonly json: unknown } | { readonly made: MadeSettings };

function workflowIn(file: string): Found {
  const head = withOpenFile(file, (opened) => readRange(opened, 0, Math.min(opened.size, SIGNATURE_BYTES)));
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith("\x89PNG")) return inPicture(file);
  if (TEXT.test(text)) return inText(file);
  return { json: inEmbedding(file) };
}

/** An object of JSON, in whatever Unicode it is written. */
const TEXT = /^(\xef\xbb\xbf)?\s*\{|^\xff\xfe|^\xfe\xff|^\{\0|^\0\{/;

function inPicture(file: string): Found {
  const texts = readPictureText(file);
  const text = texts[WORKFLOW_TEXT];
  if (text !== undefined) return { json: parseJson(text, file, "use the original file") };
  const made = settingsInImage(texts);
  return made === undefined ? refuseNone(file, "image") : { made };
}

function inText(file: string): Found {
  const json = parseJson(
    readTextFile(file, { limit: LONGEST_TEXT, what: "a workflow" }),
    file,
    "use the original file",
  );
  const made = isWorkflow(json) ? undefined : settingsInJson(json);
  return made === undefined ? { json } : { made };
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
