// What was drawn with an embedding on another model, as it lies in a run's folder.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  APPLIED_FOLDER,
  APPLIED_RECORD,
  type AppliedRecord,
  appliedRecord,
  videoFile,
  frameFile,
  SIDE_BY_SIDE,
} from "../common/applied-files.ts";
import type { AppliedResult } from "../common/studio/applied.ts";
import { readJsonFile } from "./json-file.ts";
import { runUrl } from "./run-files.ts";

const RESULT = new RegExp(`^${APPLIED_FOLDER}(?:-([\\w-]+))?$`);

/** @param folder of the run */
export function readApplied(run: string, folder: string): AppliedResult[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((part) => {
      const [found, name = ""] = RESULT.exec(part) ?? [];
      const record = found === undefined ? null : readRecord(join(folder, part));
      return record === null ? [] : [resultOf(run, folder, { part, name, record })];
    });
}

/** When all was drawn, in milliseconds; `null`: not yet, for the record is written last. @param folder of the run */
export function drawnAt(folder: string): number | null {
  return statSync(join(folder, APPLIED_FOLDER, APPLIED_RECORD), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** The columns side by side, of a run that applies and nothing else. */
export function drawnUrl(run: string, frames: number, at: number): string {
  return runUrl(run, `${APPLIED_FOLDER}/${videoFile(SIDE_BY_SIDE, frames)}`, at);
}

function readRecord(folder: string): AppliedRecord | null {
  return readJsonFile(join(folder, APPLIED_RECORD), appliedRecord.nullable(), null);
}

interface Found {
  readonly part: string;
  readonly name: string;
  readonly record: AppliedRecord;
}

function resultOf(run: string, folder: string, { part, name, record }: Found): AppliedResult {
  const { formatVersion: _, columns, ...rest } = record;
  const { frames } = record.settings;
  const { mtimeMs } = statSync(join(folder, part, APPLIED_RECORD));
  const file = (inside: string): { path: string; url: string } => ({
    path: join(folder, part, inside),
    url: runUrl(run, `${part}/${inside}`, mtimeMs),
  });
  return {
    name,
    ...rest,
    columns: columns.map(({ column, negative }) => ({
      column,
      negative,
      frames: Array.from({ length: frames }, (_, i) => file(frameFile(column, i))),
      video: file(videoFile(column, frames)),
    })),
    video: file(videoFile(SIDE_BY_SIDE, frames)),
  };
}
