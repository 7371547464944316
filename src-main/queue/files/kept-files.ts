// Small files that a worker has fetched: kept by what they are, so that each is fetched once.

import { existsSync, readFileSync } from "node:fs";
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
  return {
    async fetch({ hash, name }, blobs) {
      // Readers tell a file's kind by the end of its name.
      const path = join(folder, `${hash}${extname(name).replaceAll(/[^\w.]/g, "")}`);
      if (existsSync(path) && hashOf(readFileSync(path)) === hash) return path;
      const bytes = await blobs.get(hash);
      if (bytes === null) return null;
      makeFolder(folder);
      writeFileAtomically(path, bytes);
      return path;
    },
  };
}
