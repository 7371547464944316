// Answers `inspect`.

import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";

export const inspect: ApiHandlers["inspect"] = async () =>
  refuse({ code: "not-built-yet", at: { stage: "inspect" }, message: "this part of the engine is not built yet" });
