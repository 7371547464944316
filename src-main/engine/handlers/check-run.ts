// Answers `checkRun`.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { checkRun as check } from "../check-run.ts";

export const checkRun: ApiHandlers["checkRun"] = ({ run, repair }) => check(resolve(run), repair);
