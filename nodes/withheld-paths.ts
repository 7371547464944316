// Paths that came with a workflow from elsewhere and that the user has not agreed to: of them nothing is looked at, not even whether
// anything is there. The list travels in the document's `meta`, so that it is kept, saved and undone with it.

import type { Diagnostic } from "../src-main/common/diagnostic.ts";
import { whyNoPath } from "../src-main/common/path-name.ts";
import type { Workflow } from "../src-main/common/workflow.ts";
import { type NamedPath, pathsOf, WITHHELD, withheldList } from "./workflow-paths.ts";

/** Where the document names them. */
export function withheldPaths(workflow: Workflow): NamedPath[] {
  const withheld = new Set(withheldList(workflow));
  return withheld.size === 0 ? [] : pathsOf(workflow).filter(({ path }) => withheld.has(path));
}

/** Each node that names one cannot be used until the user agrees or names another file. */
export function withheldFaults(workflow: Workflow): Diagnostic[] {
  return withheldPaths(workflow).map(({ node, param, path }) => ({
    severity: "error",
    code: "path-withheld",
    at: { node, param, file: path },
    message: "this path came with a workflow from elsewhere, and nothing looks at it before you agree",
    help: "allow its folder, or choose another file",
    action: "allow folder",
  }));
}

/**
 * What is kept from being looked at besides what was before. Paths that can be no files are not: they are refused by their name.
 * @param isOutside whether a path leads to where nobody agreed to look
 */
export function withholdPaths(workflow: Workflow, isOutside: (path: string) => boolean): Workflow {
  const found = pathsOf(workflow).flatMap(({ path }) =>
    whyNoPath(path) === undefined && isOutside(path) ? [path] : [],
  );
  return withList(workflow, [...new Set([...withheldList(workflow), ...found])]);
}

/** Whatever a file from elsewhere says of its own paths counts for nothing. */
export function withoutWithheld(workflow: Workflow): Workflow {
  return withList(workflow, []);
}

/** The user agrees to whatever the document names in these folders. */
export function allowFolders(workflow: Workflow, folders: readonly string[]): Workflow {
  const allowed = new Set(folders);
  return withList(
    workflow,
    withheldList(workflow).filter((path) => !allowed.has(folderOfPath(path))),
  );
}

/** The user has chosen or written it. */
export function allowPath(workflow: Workflow, path: unknown): Workflow {
  const list = withheldList(workflow);
  return list.some((withheld) => withheld === path)
    ? withList(
        workflow,
        list.filter((withheld) => withheld !== path),
      )
    : workflow;
}

/** As the path is written, whatever system it was written on: `..` is not followed, so that one folder never stands for another. */
export function folderOfPath(path: string): string {
  const folder = path.replace(/[\\/]+$/, "").replace(/[^\\/]*$/, "");
  return /^([A-Za-z]:)?[\\/]$/.test(folder) ? folder : folder.replace(/[\\/]+$/, "");
}

/** Of a path about whose system and folder nothing is known: whether it may lead out of the folder that it is relative to. */
export function mayLeadOutside(path: string): boolean {
  return /^[\\/]|^[A-Za-z]:/.test(path) || path.split(/[\\/]/).includes("..");
}

function withList(workflow: Workflow, list: readonly string[]): Workflow {
  const { [WITHHELD]: before, ...meta } = workflow.meta ?? {};
  if (list.length > 0) return { ...workflow, meta: { ...meta, [WITHHELD]: list } };
  return before === undefined ? workflow : { ...workflow, meta };
}
