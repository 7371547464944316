// Workflow files: opened as they are, saved so that neither a crash nor another program's changes are lost.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { type OpenedDocument, type saveInput } from "../common/studio/document.ts";
import { parseWorkflow, printWorkflow, readWorkflow } from "../common/workflow-file.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";
import { readTextFile } from "../weights/text-file.ts";
import type { Home } from "./home.ts";
import { alongside, readJsonFile, writeJsonFile } from "./json-file.ts";

export const EXTENSION = ".reneg.json";
/** Longer files are no workflows that anyone drew. */
const LONGEST_FILE = 32 * 2 ** 20;
const MOST_RECENT = 20;

const recentList = z.array(z.object({ path: z.string(), name: z.string() }));

export function openDocument(home: Home, given: string): OpenedDocument {
  const path = resolve(given);
  const text = readDocument(path);
  const { workflow, diagnostics } = parseWorkflow(text, path);
  const name = nameOf(path);
  remember(home, path);
  return { path, name, workflow, diagnostics: [...diagnostics], version: versionOf(text) };
}

export function saveDocument(home: Home, input: z.output<typeof saveInput>): { version: string } {
  const path = resolve(input.path);
  if (!path.endsWith(EXTENSION)) {
    refuse({
      code: "document-name",
      at: { file: path },
      message: "this is not the name of a workflow",
      help: `end the name in ${EXTENSION}`,
    });
  }
  const { workflow } = readWorkflow(input.workflow, path);
  if (input.version !== null && isThere(path) && versionOf(readDocument(path)) !== input.version) {
    refuse({
      code: "document-changed",
      at: { file: path },
      message: "another program has changed this file since it was opened",
      help: "save under another name, or overwrite it if yours is the one to keep",
    });
  }
  const text = printWorkflow(workflow);
  makeFolder(dirname(path));
  writeFileAtomically(path, text);
  remember(home, path);
  return { version: versionOf(text) };
}

/** The newest first, without those that are gone. */
export function recentDocuments(home: Pick<Home, "recentFile">): z.output<typeof recentList> {
  return rememberedDocuments(home).filter(({ path }) => existsSync(path));
}

/** Also those that are gone, or on a disk that is not there just now. */
export function rememberedDocuments(home: Pick<Home, "recentFile">): z.output<typeof recentList> {
  return readJsonFile(home.recentFile, recentList, []);
}

export function nameOf(path: string): string {
  return basename(path).replace(/(\.reneg)?\.[^.]+$/, "");
}

function remember(home: Home, path: string): void {
  alongside(() => {
    const others = rememberedDocuments(home).filter((one) => one.path !== path);
    writeJsonFile(home.recentFile, [{ path, name: nameOf(path) }, ...others].slice(0, MOST_RECENT));
  });
}

function readDocument(path: string): string {
  return readTextFile(path, { limit: LONGEST_FILE, what: "a workflow" });
}

function versionOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
