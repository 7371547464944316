// What becomes of what is dropped: documents open, and whatever a node can be given becomes one. Large weights are never copied.

import { nameOf } from "../../nodes/workflow-paths.ts";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { DescribedFile, KnownFile } from "../../src-main/common/known-file.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { studio } from "../api/studio.ts";
import { upload } from "../api/upload.ts";
import { openUpload, showOpened } from "../files/documents.ts";
import { activeTab } from "../state/document-store.ts";
import { shellStore, type Unlocated } from "../state/shell-store.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { droppedKind, LARGEST_COPY_BYTES } from "./dropped-kind.ts";
import type { DroppedThings } from "./dropped-things.ts";
import { withImports } from "./import-table.ts";
import { placeFiles } from "./place-files.ts";

const words = text.choosing.drop;

/** @param at on the canvas */
export function takeDropped({ files, folders }: DroppedThings, at: Point): void {
  const hasCanvas = activeTab() !== undefined;
  const given = hasCanvas ? files.filter(({ name }) => droppedKind(name) !== "document") : [];
  for (const file of files) if (!given.includes(file)) attempt(() => openUpload(file));
  if (hasCanvas && (given.length > 0 || folders.length > 0)) attempt(() => takeGiven(given, folders, at));
}

/** Those that are known or small at once, together; for the others it is asked where they lie. */
async function takeGiven(files: readonly File[], folders: readonly string[], at: Point): Promise<void> {
  const { files: known } = await studio.knownFiles({});
  const described: DescribedFile[] = [];
  const unlocated: Unlocated[] = [];
  for (const file of files) {
    const found = known.find((each) => isSame(each, file.name, file.size));
    if (found !== undefined) described.push(found);
    else if (file.size > LARGEST_COPY_BYTES) unlocated.push({ name: file.name, bytes: file.size });
    else described.push(...(await takeCopy(file)));
  }
  for (const name of folders) {
    const found = known.find((each) => isSame(each, name, null));
    if (found === undefined) unlocated.push({ name, bytes: null });
    else described.push(found);
  }
  placeFiles(await withImports(described), at);
  if (unlocated.length > 0) shellStore.setState({ unlocated: { things: unlocated, at } });
}

function isSame({ path, bytes }: KnownFile, name: string, size: number | null): boolean {
  return nameOf(path) === name && (size === null || bytes === size);
}

/** None of it where it opens as a document, or is nothing that a node takes. */
async function takeCopy(file: File): Promise<DescribedFile[]> {
  const sent = await upload(file);
  const { file: described } = await studio.describeFile({ path: sent });
  if (described === null) {
    toast({ tone: "warning", title: words.unknown(file.name), detail: words.unknownText });
    return [];
  }
  if (described.refusal !== null) return [described];
  // What a run has learned carries the workflow that it was learned by, and opens as that.
  if (described.kind === "embedding" && (await opensAsDocument(sent))) return [];
  const { path } = await studio.keepUpload({ path: described.kind === "embedding" ? await upload(file) : sent });
  return [{ ...described, path }];
}

/** An upload that is looked into for a document is gone afterwards. */
async function opensAsDocument(path: string): Promise<boolean> {
  try {
    showOpened(await studio.importDocument({ path }));
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
