// What is kept of a studio, as the next start finds it: a text for each thing, so that what a fault did can be told by comparing them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EXTENSION, openDocument } from "../../src-main/studio/documents.ts";
import { openDrafts } from "../../src-main/studio/drafts.ts";
import type { Home } from "../../src-main/studio/home.ts";
import { openJobTable } from "../../src-main/studio/job-table.ts";
import { listRuns } from "../../src-main/studio/runs.ts";
import { isUnfinished } from "../../src-main/weights/atomic-write.ts";

export type StudioView = Readonly<Record<string, string>>;

export const JOB = "job ";

export function viewOf(home: Home): StudioView {
  const jobs = openJobTable(home, () => undefined).list();
  return {
    "order of jobs": jobs.map(({ run }) => run).join(", "),
    ...Object.fromEntries(jobs.map(({ run, name, state }) => [`${JOB}${run}`, `${name}, ${state}`])),
    ...Object.fromEntries(
      listRuns(home, jobs).map(({ id, notes, tags }) => [`run ${id}`, `${notes} [${tags.join(", ")}]`]),
    ),
    ...Object.fromEntries(
      openDrafts(home)
        .read()
        .map(({ id, name, done, steps, workflow }) => [
          `draft ${id}`,
          `${name}, ${done} of ${steps.length}, scale ${scaleOf(workflow as Workflow)}`,
        ]),
    ),
    ...Object.fromEntries(documentsOf(home).map((path) => [path.slice(home.folder.length), scaleOfFile(home, path)])),
  };
}

/** In words, what no view shows: files that nobody will read, and numbers that two runs have. */
export function leftoversIn(home: Home): string[] {
  const files = readdirSync(home.folder, { recursive: true, encoding: "utf8" }).map((name) => join(home.folder, name));
  const isStray = (file: string): boolean =>
    isUnfinished(file) ||
    /\.damaged$|lock\..+$/.test(file) ||
    (file.startsWith(home.drafts) && file.endsWith(".jsonl") && !existsSync(file.slice(0, -1)));
  const numbers = listRuns(home, []).map(({ number }) => number);
  return [
    ...files.filter(isStray).map((file) => `${file.slice(home.folder.length)} is left over`),
    ...(new Set(numbers).size === numbers.length ? [] : [`two runs have one number: ${numbers.join(", ")}`]),
    ...files.filter((file) => file.endsWith("log.jsonl")).flatMap(brokenLines),
  ];
}

/** The last may be cut off; no other may be lost with it. */
function brokenLines(log: string): string[] {
  const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
  return lines.filter((line) => /\}\s*\{/.test(line)).map((line) => `${log} has lost a line: ${line}`);
}

function documentsOf({ workflows }: Home): string[] {
  return readdirSync(workflows)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => join(workflows, name));
}

function scaleOfFile(home: Home, path: string): string {
  return `scale ${scaleOf(openDocument(home, path).workflow as Workflow)}`;
}

function scaleOf({ graph }: Workflow): string {
  return String(graph.nodes["cfg"]?.params["scale"]);
}
