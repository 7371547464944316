// What a file or folder is: the first kind of the table that recognises it describes it.

import { readdirSync, statSync } from "node:fs";
import type { Inspection } from "../common/inspection.ts";
import { EMBEDDED_NAME, modelPath } from "../models/embedded.ts";
import { attempt } from "./inspect/attempt.ts";
import { fileKinds } from "./inspect/file-kinds.ts";
import { folderKinds } from "./inspect/folder-kinds.ts";
import { type File, type Folder, type Kind, wrongThing } from "./inspect/kind.ts";
import { openFile } from "./inspect/open-file.ts";

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
