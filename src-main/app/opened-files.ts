// Which workflow files a command line names, as the system writes it when one is double-clicked.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const EXTENSION = ".reneg.json";

/** @param line without the program itself. Options, Chromium's among them, are passed over. */
export function openedFiles(line: readonly string[], workingFolder: string): readonly string[] {
  return line
    .filter((argument) => !argument.startsWith("-"))
    .map(asPath)
    .filter((path): path is string => path !== null && path.toLowerCase().endsWith(EXTENSION))
    .map((path) => resolve(workingFolder, path));
}

/** Some file managers of Linux hand over a file: URL. */
function asPath(argument: string): string | null {
  if (!argument.startsWith("file:")) return argument;
  try {
    return fileURLToPath(argument);
  } catch {
    // A file of another machine, which no local path names.
    return null;
  }
}
