// Files of a run as they are sent: named by their places inside its folder, whatever a worker says.

import { dirname, join, relative, sep } from "node:path";
import { makeFolder, writeFileAtomically } from "../../weights/atomic-write.ts";

const IMAGE = /\.(png|webp|gif|jpe?g|mp4|webm)$/i;

export function isImage(file: string): boolean {
  return IMAGE.test(file);
}

/** The same on every system. */
export function nameIn(run: string, file: string): string {
  return relative(run, file).split(sep).join("/");
}

/** One after the other. @throws Refusal of the disk */
export function placeFiles(run: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of files) {
    const file = join(run, ...name.split("/"));
    makeFolder(dirname(file));
    writeFileAtomically(file, bytes);
  }
}

const PLACE = /^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\:\0]+(\/[^/\\:\0]+)*$/;

/** @throws Error for a file that would lie elsewhere */
export function refuseOddNames(files: ReadonlyMap<string, unknown>): void {
  const odd = [...files.keys()].find((name) => !PLACE.test(name));
  if (odd !== undefined) throw new Error(`it answered a file that lies elsewhere: ${odd}`);
}
