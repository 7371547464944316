// This program as of another version: a folder of its own, as it is installed elsewhere, with packages and resources of this one.

import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const HERE = resolve(import.meta.dirname, "../..");
const COPIED = ["src-main", "nodes"];
const SHARED = ["node_modules", "resources"];

export interface OtherVersion {
  readonly launcher: string;
  readonly own: string;
  readonly other: string;
}

/** @param folder does not exist yet */
export function installOtherVersion(folder: string): OtherVersion {
  for (const name of COPIED) cpSync(join(HERE, name), join(folder, name), { recursive: true });
  for (const name of SHARED) symlinkSync(join(HERE, name), join(folder, name), "dir");
  const manifest = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8")) as { readonly version: string };
  const other = `${manifest.version}-other`;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version: other }));
  return { launcher: join(folder, "src-main/cli/reneg.mjs"), own: manifest.version, other };
}
