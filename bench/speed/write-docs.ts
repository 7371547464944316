// Puts tables into docs/benchmarks.md, between two marks.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeFileAtomically } from "../../src-main/weights/atomic-write.ts";

const PAGE = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const END = "<!-- end -->";

/** What the first mark says: the command that writes what follows. */
export type Command = "npm run bench -- --docs" | "npm run bench -- --profile --docs";

/** @throws Error for a page that has lost its marks */
export function writeDocs(command: Command, content: string): void {
  writeFileAtomically(PAGE, replaceBetween(readFileSync(PAGE, "utf8"), command, content));
}

export function replaceBetween(page: string, command: Command, content: string): string {
  const mark = `<!-- begin: ${command} -->`;
  const begin = page.indexOf(mark);
  const end = page.indexOf(END, begin);
  if (begin === -1 || end === -1) throw new Error(`docs/benchmarks.md has no "${mark}" … "${END}"`);
  return `${page.slice(0, begin + mark.length)}\n\n${content}\n\n${page.slice(end)}`;
}
