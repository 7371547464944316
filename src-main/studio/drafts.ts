// Open tabs, kept in case the page, the program or the machine dies. Each is a file that is written whole, and a journal of what happened
// to it since: a line an entry, on disk before the page hears that it is kept.

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Refusal } from "../common/diagnostic.ts";
import { jsonOrNull } from "../common/json-or-null.ts";
import { continueDraft, type Draft, draft, type DraftEntry, draftEntry } from "../common/studio/draft.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import { appendToFile } from "../weights/atomic-write.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";
import type { Home } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

export interface Drafts {
  /** The oldest first. */
  readonly read: () => Draft[];
  readonly save: (whole: Draft) => void;
  /** @returns whether it continues what is kept */
  readonly append: (entry: DraftEntry) => boolean;
  readonly drop: (id: string) => void;
}

/** A draft that another program has damaged must not hide the others. It stays in its own format, in which its steps are. */
const stored = draft.extend({ workflow: z.unknown().refine(isOpenable, "this is no workflow") }).nullable();

export function openDrafts({ drafts: folder }: Pick<Home, "drafts">): Drafts {
  const fileOf = (id: string): string => join(folder, `${id}.json`);
  const journalOf = (id: string): string => join(folder, `${id}.jsonl`);
  /** Which copy of each tab its journal continues. None before it was written by this very program: a journal may end in half a line. */
  const copies = new Map<string, string>();

  return {
    read() {
      sweepJournals(folder);
      return readdirSync(folder)
        .filter((name) => /^[\w-]{1,64}\.json$/.test(name))
        .flatMap((name) => readJsonFile(join(folder, name), stored, null) ?? [])
        .map((whole) => replay(whole, journalOf(whole.id)))
        .toSorted((a, b) => (a.savedAt < b.savedAt ? -1 : 1));
    },
    save(whole) {
      copies.delete(whole.id);
      writeJsonFile(fileOf(whole.id), { ...whole, savedAt: new Date().toISOString() });
      // A crash before this leaves entries of an earlier copy, which say so.
      rmSync(journalOf(whole.id), { force: true });
      copies.set(whole.id, whole.copy);
    },
    append(entry) {
      if (copies.get(entry.id) !== entry.copy) return false;
      try {
        appendToFile(journalOf(entry.id), `${JSON.stringify({ ...entry, savedAt: new Date().toISOString() })}\n`);
      } catch (error) {
        copies.delete(entry.id);
        throw error;
      }
      return true;
    },
    drop(id) {
      const parsed = draft.shape.id.safeParse(id);
      if (!parsed.success) return;
      copies.delete(parsed.data);
      for (const file of [fileOf(parsed.data), journalOf(parsed.data)]) rmSync(file, { force: true });
    },
  };
}

/** Those of tabs that were closed when the program died: the file of a tab goes before its journal. */
function sweepJournals(folder: string): void {
  const names = new Set(readdirSync(folder));
  const isOrphan = (name: string): boolean => {
    const whole = name.replace(/\.jsonl$/, ".json");
    return whole !== name && !names.has(whole) && !names.has(`${whole}.damaged`);
  };
  for (const name of [...names].filter(isOrphan)) rmSync(join(folder, name), { force: true });
}

/** As far as the journal can be read: a crash may leave half of its last line. */
function replay(whole: Draft, journal: string): Draft {
  const entries: DraftEntry[] = [];
  for (const line of (readUnlessMissing(journal) ?? "").split("\n")) {
    const entry = draftEntry.safeParse(jsonOrNull(line)).data;
    if (entry === undefined) break;
    if (entry.copy === whole.copy) entries.push(entry);
  }
  const last = entries.reduce(continueDraft, whole);
  return isOpenable(last.workflow) ? last : replayWhileOpenable(whole, entries);
}

/** Up to the entry after which there is no workflow any more. */
function replayWhileOpenable(whole: Draft, entries: readonly DraftEntry[]): Draft {
  let now = whole;
  for (const entry of entries) {
    const next = continueDraft(now, entry);
    if (!isOpenable(next.workflow)) break;
    now = next;
  }
  return now;
}

/** As the program has written it: a file of others may lack its view. */
function isOpenable(json: unknown): boolean {
  try {
    readWorkflow(json, "draft");
    return typeof json === "object" && json !== null && "view" in json;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
