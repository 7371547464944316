// Open tabs, kept in case the window or the machine dies.

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Draft, draft } from "../common/studio/document.ts";
import type { Home } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

const stored = draft.nullable();

/** The oldest first. */
export function readDrafts({ drafts }: Home): Draft[] {
  return readdirSync(drafts)
    .filter((name) => /^[\w-]{1,64}\.json$/.test(name))
    .flatMap((name) => readJsonFile(join(drafts, name), stored, null) ?? [])
    .toSorted((a, b) => (a.savedAt < b.savedAt ? -1 : 1));
}

export function saveDraft({ drafts }: Home, given: Draft): void {
  writeJsonFile(join(drafts, `${given.id}.json`), { ...given, savedAt: new Date().toISOString() });
}

export function dropDraft({ drafts }: Home, id: string): void {
  const parsed = draft.shape.id.safeParse(id);
  if (parsed.success) rmSync(join(drafts, `${parsed.data}.json`), { force: true });
}
