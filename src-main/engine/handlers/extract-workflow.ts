// Answers `extractWorkflow`: the workflow inside of a file.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { extractWorkflow as extract } from "../extract-workflow.ts";

export const extractWorkflow: ApiHandlers["extractWorkflow"] = async ({ path }) => {
  const { workflow, diagnostics } = extract(resolve(path));
  return { workflow, diagnostics: [...diagnostics] };
};
