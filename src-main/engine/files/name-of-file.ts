// What people call a file or folder.

import { basename, extname } from "node:path";
import { EMBEDDED_TITLES } from "../../common/embedded-name.ts";
import { own } from "../../common/workflow.ts";
import { WEIGHT_ENDINGS } from "./weight-endings.ts";

/** A snapshot in the cache of a hub is called by a hash; the folder above it by whose it is. */
const IN_CACHE = /[\\/]models--([\w.-]+?)--([\w.-]+)[\\/]snapshots[\\/][^\\/]+(?:[\\/](.+))?$/;

export function nameOfFile(path: string): string {
  const [, owner, name, inside] = IN_CACHE.exec(path) ?? [];
  if (owner !== undefined) return [owner, name, inside].filter(Boolean).join("/");
  const ending = extname(path);
  return own(EMBEDDED_TITLES, path) ?? basename(path, WEIGHT_ENDINGS.has(ending.toLowerCase()) ? ending : "");
}
