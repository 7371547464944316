// A text with one prompt a line, as it is written into a workflow or kept in a file.

/** Line ends of all systems; empty lines, and lines that begin with #, are left out. */
export function promptLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
