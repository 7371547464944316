// What tells whether a table has changed.

import { createHash } from "node:crypto";
import { findTable, readTableText } from "./table.ts";

/**
 * @param path a table, or the folder that it lies in. @param usual as of `readTable`
 * @throws Refusal if there is none, or several
 */
export function tableDigest(path: string, usual: string): string {
  return createHash("sha256")
    .update(readTableText(findTable(path, usual)))
    .digest("hex");
}
