// Files that browsers sent and bundles brought stay as long as somebody may still want them, and no longer.

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { RUN_MARKERS } from "../common/run-files.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";
import { rememberedDocuments } from "./documents.ts";
import type { Home } from "./home.ts";
import { alongside } from "./json-file.ts";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Uploads are opened or kept at once: what lies here was forgotten. So was what nobody has downloaded. */
const PASSING_MS = DAY_MS;
/** Of all uploads; the oldest go first. */
const MOST_PASSING_BYTES = 4 * 2 ** 30;
/** What was unpacked or kept, and is named by nothing that the studio knows of. */
const UNNAMED_MS = 30 * DAY_MS;

type Folders = Pick<Home, "uploads" | "exports" | "imports" | "drafts" | "runs" | "modelsFile" | "recentFile">;

/** Now and every hour; what a disk does not let it do now it does later. @returns what ends that */
export function keepExpiring(home: Folders): () => void {
  const expire = (): void => alongside(() => expireFiles(home));
  expire();
  const timer = setInterval(expire, HOUR_MS).unref();
  return () => clearInterval(timer);
}

/** @throws before anything that was named once goes, where it cannot be read what names it now */
export function expireFiles(home: Folders, now = Date.now(), mostBytes = MOST_PASSING_BYTES): void {
  let bytes = 0;
  for (const entry of newestFirst(home.uploads)) {
    bytes += entry.bytes;
    if (now - entry.changedAt > PASSING_MS || bytes > mostBytes) remove(entry.path);
  }
  for (const { path, changedAt } of newestFirst(home.exports)) if (now - changedAt > PASSING_MS) remove(path);
  const old = newestFirst(home.imports).filter(({ changedAt }) => now - changedAt > UNNAMED_MS);
  if (old.length === 0) return;
  const texts = whereNamed(home);
  for (const { path, name } of old) if (!texts.some((text) => text.includes(name))) remove(path);
}

interface Entry {
  readonly path: string;
  readonly name: string;
  readonly changedAt: number;
  readonly bytes: number;
}

function newestFirst(folder: string): Entry[] {
  return readdirSync(folder)
    .flatMap((name): Entry[] => {
      const path = join(folder, name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status === undefined) return [];
      return [{ path, name, changedAt: status.mtimeMs, bytes: bytesIn(path) }];
    })
    .toSorted((a, b) => b.changedAt - a.changedAt);
}

function bytesIn(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory() !== true) return status?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

/** All that may name an import: its folder has a name of its own. */
function whereNamed({ drafts, runs, modelsFile, recentFile }: Folders): string[] {
  const opened = rememberedDocuments({ recentFile }).map(({ path }) => path);
  const ofRuns = readdirSync(runs).flatMap((run) =>
    [...RUN_MARKERS, "workflow.reneg.json"].map((name) => join(runs, run, name)),
  );
  const files = [modelsFile, ...opened, ...readdirSync(drafts).map((name) => join(drafts, name)), ...ofRuns];
  return files.map(readText);
}

function readText(file: string): string {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  return (isFile ? readUnlessMissing(file) : null) ?? "";
}

/** One that cannot be removed is tried again. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    console.error(error);
  }
}
