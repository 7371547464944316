// Answers `askRun`: a request to the training that is running.

import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";
import { askRun as ask } from "../run-requests.ts";

export const askRun: ApiHandlers["askRun"] = async (input) => {
  if (ask(input)) return {};
  return refuse({
    code: "run-idle",
    at: { file: input.run },
    message: "this run is not learning just now",
    help: "start or resume it first",
  });
};
