// The files that a workflow names, as they lie on this machine.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { withheldPaths } from "../../nodes/withheld-paths.ts";
import { hashOf, mapPaths, pathsOf } from "../../nodes/workflow-paths.ts";
import { whyNoPath } from "../common/path-name.ts";
import type { MissingFile } from "../common/studio/document.ts";
import type { Workflow } from "../common/workflow.ts";
import { isWithin } from "../weights/is-within.ts";

/** The same workflow, whose paths no longer depend on where it lies. @param folder what they are relative to */
export function withAbsolutePaths(workflow: Workflow, folder: string): Workflow {
  return mapPaths(workflow, (path) => resolve(folder, path));
}

/**
 * As far as they lie in that folder: of a workflow that came from elsewhere, the others are only names. Where they lead elsewhere it is
 * not looked: nobody has agreed to that yet.
 */
export function withFoundPaths(workflow: Workflow, folder: string): Workflow {
  return mapPaths(workflow, (path) => {
    const absolute = resolve(folder, path);
    return whyNoPath(path) === undefined && isWithin(folder, absolute) && existsSync(absolute) ? absolute : path;
  });
}

/** Without those that can be no files or are withheld, which are faults. */
export function missingFiles(workflow: Workflow, folder: string): MissingFile[] {
  const withheld = new Set(withheldPaths(workflow).map(({ path }) => path));
  return pathsOf(workflow)
    .filter(({ path }) => whyNoPath(path) === undefined && !withheld.has(path) && !existsSync(resolve(folder, path)))
    .map((named) => ({ ...named, hash: hashOf(workflow, named.path) }));
}
