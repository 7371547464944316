// Answers `nudge`: a wish for the training that is running.

import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";
import { nudge as wish } from "../nudges.ts";

export const nudge: ApiHandlers["nudge"] = async (input) => {
  if (wish(input)) return {};
  return refuse({
    code: "run-idle",
    at: { file: input.run },
    message: "this run is not learning just now",
    help: "start or resume it first",
  });
};
