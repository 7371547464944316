// Paths of a workflow that name no file that is opened: they are told at their nodes, before anything of them is looked at.

import { pathsOf } from "../../nodes/workflow-paths.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import { PATH_HELP, whyNoPath } from "../common/path-name.ts";
import type { Workflow } from "../common/workflow.ts";

export function unusablePaths(workflow: Workflow): Diagnostic[] {
  return pathsOf(workflow).flatMap(({ node, param, path }): Diagnostic[] => {
    const why = whyNoPath(path);
    if (why === undefined) return [];
    return [{ severity: "error", code: "path-unusable", at: { node, param }, message: why, help: PATH_HELP }];
  });
}
