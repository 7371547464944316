// Answers `demo`.

import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";

export const demo: ApiHandlers["demo"] = async () =>
  refuse({ code: "not-built-yet", at: { stage: "demo" }, message: "this part of the engine is not built yet" });
