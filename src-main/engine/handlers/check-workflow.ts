// Answers `checkWorkflow`: everything that is wrong with a workflow, and the files that it misses.

import type { ApiHandlers } from "../../common/api.ts";
import { readWorkflow } from "../../common/workflow-file.ts";
import { faultsOfWorkflow } from "../program-file.ts";
import { missingFiles } from "../workflow-files.ts";

export const checkWorkflow: ApiHandlers["checkWorkflow"] = async (input) => ({
  diagnostics: [...faultsOfWorkflow(input)],
  missing: missingFiles(readWorkflow(input.workflow, "workflow").workflow, input.folder),
});
