// Puts the tables into docs/benchmarks.md, between two marks.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeFileAtomically } from "../../src-main/weights/atomic-write.ts";
import { printMarkdown, type Report } from "./print-report.ts";

const PAGE = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const BEGIN = "<!-- begin: npm run bench -- --docs -->";
const END = "<!-- end -->";

/** @throws Error for a page that has lost its marks */
export function writeDocs(report: Report): void {
  writeFileAtomically(PAGE, replaceBetween(readFileSync(PAGE, "utf8"), printMarkdown(report)));
}

export function replaceBetween(page: string, content: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin === -1 || end === -1) throw new Error(`docs/benchmarks.md has no "${BEGIN}" … "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${content}\n\n${page.slice(end)}`;
}
