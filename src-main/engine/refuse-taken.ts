// A new run gets a folder of its own.

import { refuse } from "../common/diagnostic.ts";
import { isThere } from "../weights/is-there.ts";

/** @throws Refusal if something is at this path already */
export function refuseTaken(folder: string): void {
  if (!isThere(folder)) return;
  refuse({
    code: "run-exists",
    at: { file: folder },
    message: "this folder is there already",
    help: "choose another one for the new run",
  });
}
