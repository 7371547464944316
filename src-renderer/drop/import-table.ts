// Tables of pairs in Parquet become folders that nodes can be given.

import { nameOf } from "../../nodes/workflow-paths.ts";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { DescribedFile } from "../../src-main/common/known-file.ts";
import { studio } from "../api/studio.ts";
import { freshId } from "../state/fresh-id.ts";
import { toastFailure } from "../state/toast-store.ts";
import { uploadStore } from "../state/upload-store.ts";

/** Those that are such tables as the folders they become; one whose import was stopped, or fails, is told and left out. */
export async function withImports(files: readonly DescribedFile[]): Promise<DescribedFile[]> {
  const all: DescribedFile[] = [];
  for (const file of files) {
    if (file.refusal?.action !== "import pairs") all.push(file);
    else all.push(...(await importedFrom(file)));
  }
  return all;
}

async function importedFrom({ path }: DescribedFile): Promise<DescribedFile[]> {
  const folder = await importTable(path);
  if (folder === null) return [];
  const { file } = await studio.describeFile({ path: folder });
  return file === null ? [] : [file];
}

/** Shown as files are that are being sent, where it can be stopped. @returns the folder; `null`: it was stopped, or why not was told */
export async function importTable(path: string): Promise<string | null> {
  const id = freshId();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  uploadStore.begin({ id, name: nameOf(path), doing: "importing", sent: 0, bytes: 1, since: Date.now(), stop });
  try {
    const { folder } = await studio.importPairs(
      { path },
      {
        signal: abort.signal,
        onEvent(event) {
          if (event.type === "progress") uploadStore.update(id, { sent: event.done, bytes: event.total });
        },
      },
    );
    return folder;
  } catch (error) {
    if (!(abort.signal.aborted && error instanceof Refusal)) toastFailure(error);
    return null;
  } finally {
    uploadStore.end(id);
  }
}
