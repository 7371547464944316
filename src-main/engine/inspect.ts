// What a file or folder is: the first kind of the table that recognises it describes it.

import { readdirSync, statSync } from "node:fs";
import { decodeText } from "../common/decode-text.ts";
import type { Inspection } from "../common/inspection.ts";
import { EMBEDDED_NAME, modelPath } from "../models/embedded.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { RECOGNISED_BYTES } from "../weights/foreign-file.ts";
import { attempt } from "./inspect/attempt.ts";
import { fileKinds } from "./inspect/file-kinds.ts";
import { folderKinds } from "./inspect/folder-kinds.ts";
import { type File, type Folder, type Kind, wrongThing } from "./inspect/kind.ts";

/** @param name a path, or the name of something that comes with the program. Whatever is wrong with it is told in `problems`. */
export function inspectPath(name: string): Inspection {
  const path = modelPath(name);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return missing(path);
  if (status.isDirectory()) return describe(folderKinds, { path, entries: readdirSync(path).toSorted() });
  const { value: file, problems } = attempt(() => openFile(path, status.size));
  if (file !== undefined) return describe(fileKinds, file);
  return { kind: "unknown", title: "unreadable file", path, facts: [], problems: [...problems] };
}

function describe<Subject extends Folder | File>(kinds: readonly Kind<Subject>[], subject: Subject): Inspection {
  const found = kinds.find(({ recognise }) => recognise(subject));
  if (found === undefined) throw new Error("the last row of a table of kinds recognises everything");
  const { value, problems } = attempt(() => found.describe(subject));
  const { kind, title } = found;
  const told = { facts: [], ...value, problems: [...(value?.problems ?? []), ...problems] };
  return { kind, title, path: subject.path, ...told };
}

function missing(path: string): Inspection {
  const help = `check the path; the embedded pipeline goes by the name ${EMBEDDED_NAME}`;
  const problems = [wrongThing(path, "there is no such file or folder", help)];
  return { kind: "missing", title: "nothing", path, facts: [], problems };
}

/** Longer texts are no documents that anyone wrote for this program. */
const LONGEST_TEXT = 32 * 2 ** 20;

function openFile(path: string, size: number): File {
  const head = withOpenFile(path, (opened) => readRange(opened, 0, Math.min(opened.size, RECOGNISED_BYTES)));
  const text = size > LONGEST_TEXT ? null : readText(path);
  return { path, size, head, text, json: text === null ? undefined : parseJson(text) };
}

function readText(path: string): string | null {
  const decoded = decodeText(withOpenFile(path, (opened) => readRange(opened, 0, opened.size)));
  return typeof decoded === "string" ? null : decoded.text;
}

function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
