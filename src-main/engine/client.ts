// How a front end gets an engine. This is the only file of the engine that one may import.

import { fileURLToPath } from "node:url";
import { api, type Api } from "../common/api.ts";
import { createEngineProcess, type EngineOptions, type EngineProcess } from "./engine-process.ts";

export type Engine = EngineProcess<Api>;

/** Starts nothing yet: the first call does. */
export function startEngine(options: EngineOptions = {}): Engine {
  return createEngineProcess(api, fileURLToPath(new URL("./engine.ts", import.meta.url)), options);
}
