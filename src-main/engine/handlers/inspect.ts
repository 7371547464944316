// Answers `inspect`.

import type { ApiHandlers } from "../../common/api.ts";
import { inspectPath } from "../inspect.ts";

export const inspect: ApiHandlers["inspect"] = async ({ path }) => inspectPath(path);
