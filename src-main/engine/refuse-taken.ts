// A new run gets a folder of its own.

import { existsSync } from "node:fs";
import { refuse } from "../common/diagnostic.ts";

/** @throws Refusal if something is at this path already */
export function refuseTaken(folder: string): void {
  if (!existsSync(folder)) return;
  refuse({
    code: "run-exists",
    at: { file: folder },
    message: "this folder is there already",
    help: "choose another one for the new run",
  });
}
