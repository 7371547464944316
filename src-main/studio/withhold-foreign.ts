// What of a workflow that came from elsewhere is kept from being looked at until the user agrees: whatever leads out of the folder that it
// came in, but for what the user has chosen before and where models and runs are kept.

import { isAbsolute, normalize, parse, resolve } from "node:path";
import { withholdPaths, withoutWithheld } from "../../nodes/withheld-paths.ts";
import { mapPaths } from "../../nodes/workflow-paths.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import type { Workflow } from "../common/workflow.ts";
import { isWithin } from "../weights/is-within.ts";
import type { Home } from "./home.ts";
import { chosenFiles, knownModels } from "./models.ts";

interface Origin {
  /** Where the workflow and what came with it lies. */
  readonly folder: string;
  /** Whether its author may have meant paths from there: not where it was only sent or unpacked to. */
  readonly isBase: boolean;
}

export function withholdForeign(home: Home, json: unknown, { folder, isBase }: Origin): Workflow {
  const { workflow: read } = readWorkflow(json, "workflow");
  const workflow = isBase ? mapPaths(read, (path) => (isUpward(path) ? resolve(folder, path) : path)) : read;
  const { recent, folders } = knownModels(home);
  const agreed = [folder, home.runs, ...folders, ...recent, ...chosenFiles(home)].filter(isAbsolute);
  return withholdPaths(withoutWithheld(workflow), (path) =>
    parse(path).root === "" ? isUpward(path) : !agreed.some((place) => isWithin(place, resolve(path))),
  );
}

/** Out of the folder that it is relative to, wherever that will be. */
function isUpward(path: string): boolean {
  return parse(path).root === "" && normalize(path).split(/[\\/]/)[0] === "..";
}
