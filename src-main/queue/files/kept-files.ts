// Small files that a worker has fetched: kept by what they are, so that each is fetched once.

import { readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { SentFile } from "../../common/queue/job.ts";
import { makeFolder, writeFileAtomically } from "../../weights/atomic-write.ts";
import { hashOf } from "../sign.ts";
import type { BlobStore } from "../work-queue.ts";

export interface KeptFiles {
  /** @returns its path here; `null`: the queue's store has it no longer */
  readonly fetch: (file: SentFile, blobs: BlobStore) => Promise<string | null>;
}

export function openKeptFiles(folder: string): KeptFiles {
  // Sizes and times of those whose content was looked at: every piece asks for all files of its job.
  const known = new Map<string, string>();
  const isWhole = (path: string, hash: string): boolean => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return false;
    const stamp = `${status.size} ${status.mtimeMs}`;
    if (known.get(path) === stamp) return true;
    if (hashOf(readFileSync(path)) !== hash) return false;
    known.set(path, stamp);
    return true;
  };
  return {
    async fetch({ hash, name }, blobs) {
      // Readers tell a file's kind by the end of its name.
      const path = join(folder, `${hash}${extname(name).replaceAll(/[^\w.]/g, "")}`);
      if (isWhole(path, hash)) return path;
      const bytes = await blobs.get(hash);
      if (bytes === null) return null;
      makeFolder(folder);
      writeFileAtomically(path, bytes);
      return path;
    },
  };
}
