// The engine process, started by client.ts. Not meant to be run by hand.

import { api } from "../common/api.ts";
import { handlers } from "./handlers.ts";
import { runEngine } from "./run-engine.ts";

runEngine(api, handlers);
