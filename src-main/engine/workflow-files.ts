// The files that a workflow names, as they lie on this machine.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { hashOf, mapPaths, pathsOf } from "../../nodes/workflow-paths.ts";
import { whyNoPath } from "../common/path-name.ts";
import type { MissingFile } from "../common/studio/document.ts";
import type { Workflow } from "../common/workflow.ts";

/** The same workflow, whose paths no longer depend on where it lies. @param folder what they are relative to */
export function withAbsolutePaths(workflow: Workflow, folder: string): Workflow {
  return mapPaths(workflow, (path) => resolve(folder, path));
}

/** As far as they lie there: of a workflow that came from elsewhere, the others are only names. */
export function withFoundPaths(workflow: Workflow, folder: string): Workflow {
  return mapPaths(workflow, (path) =>
    whyNoPath(path) === undefined && existsSync(resolve(folder, path)) ? resolve(folder, path) : path,
  );
}

/** Without those that can be no files, which are faults. */
export function missingFiles(workflow: Workflow, folder: string): MissingFile[] {
  return pathsOf(workflow)
    .filter(({ path }) => whyNoPath(path) === undefined && !existsSync(resolve(folder, path)))
    .map((named) => ({ ...named, hash: hashOf(workflow, named.path) }));
}
