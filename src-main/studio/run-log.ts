// What happened in a run, line by line, in its folder: when it began and ended, what was loaded, warnings, and what the engine wrote.

import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { jsonOrNull } from "../common/json-or-null.ts";
import { runLogLine, type RunLogLine } from "../common/studio/run-log.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";

const FILE = "log.jsonl";
/** Bytes: an engine that writes without end fills no disk. */
const MOST = 2 ** 20;
const LINE_END = "\n".charCodeAt(0);
/** So many of the last lines are shown. */
const SHOWN = 500;

/** @param folder of the run. A full disk loses a line, and not the run. */
export function appendLog(folder: string, line: RunLogLine): void {
  const file = join(folder, FILE);
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST) return;
    appendFileSync(file, `${endsInLine(file) ? "" : "\n"}${JSON.stringify(line)}\n`);
  } catch (error) {
    console.error(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A crash may have cut the last line off: what is added to it would be lost with it. */
function endsInLine(file: string): boolean {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  return size === 0 || withOpenFile(file, (opened) => readRange(opened, size - 1, 1)[0] === LINE_END);
}

/** The last lines, the oldest first; lines that were cut off are left out. */
export function readLog(folder: string): RunLogLine[] {
  const file = join(folder, FILE);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(-SHOWN - 1)
    .flatMap((line) => runLogLine.safeParse(jsonOrNull(line)).data ?? []);
}
