// What lies at a path, without a look into files: a file, or a folder with its parts. What systems, downloads and drawings leave in a folder
// is no part of it.

import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { DRAWN_LIST, DRAWN_RECORD, UNFINISHED } from "../common/apply-many.ts";
import { LOCK_FILE } from "./folder-lock.ts";

export type Found = FoundFile | FoundFolder;

export interface FoundFile {
  readonly kind: "file";
  readonly path: string;
  readonly bytes: number;
  /** Another one when the file has changed, also if its times were set back. */
  readonly stamp: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

export interface FoundFolder {
  readonly kind: "folder";
  readonly path: string;
  /** In the order of their names. */
  readonly parts: readonly Found[];
}

/** Links are followed, unless they lead nowhere or back to a folder around them. @throws what the system says of a path that is not there */
export function lookAt(path: string): Found {
  const stat = statSync(path);
  return stat.isDirectory() ? folderAt(path, [realpathSync(path)]) : fileAt(path, stat);
}

/** What counts of it: beside weights no image or video, since those draw and show them, and nowhere a folder that holds nothing. */
export function trimmed(found: Found): Found {
  return found.kind === "file" ? found : trimmedFolder(found, holdsWeights(found));
}

/** Of all its files. */
export function bytesOf(found: Found): number {
  return found.kind === "file" ? found.bytes : found.parts.reduce((sum, part) => sum + bytesOf(part), 0);
}

function fileAt(path: string, { size, mtimeMs, ctimeMs }: Stats): FoundFile {
  return {
    kind: "file",
    path,
    bytes: size,
    stamp: `${size} ${mtimeMs} ${ctimeMs}`,
    changed: Math.max(mtimeMs, ctimeMs),
  };
}

/** @param around real paths of the folder and of those that led to it */
function folderAt(path: string, around: readonly string[]): FoundFolder {
  const names = readdirSync(path).filter((name) => !isLeft(name));
  return { kind: "folder", path, parts: names.toSorted().flatMap((name) => entryAt(join(path, name), around) ?? []) };
}

function entryAt(path: string, around: readonly string[]): Found | undefined {
  const stat = statUnlessDangling(path);
  // A pipe would be waited for.
  if (stat?.isFile() === true) return fileAt(path, stat);
  if (stat?.isDirectory() !== true) return undefined;
  const real = realpathSync(path);
  return around.includes(real) ? undefined : folderAt(path, [...around, real]);
}

function statUnlessDangling(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // It leads to itself.
    if (error instanceof Error && "code" in error && error.code === "ELOOP") return undefined;
    throw error;
  }
}

const LEFT_BY_NAME: ReadonlySet<string> = new Set([
  "thumbs.db",
  "desktop.ini",
  "lost+found",
  LOCK_FILE,
  DRAWN_RECORD,
  DRAWN_LIST,
]);
const LEFT_BY_ENDING = [".md", UNFINISHED];

/** By systems, by downloads, or by drawings, which may lie in the folder of the model that draws them. */
function isLeft(given: string): boolean {
  const name = given.toLowerCase();
  return name.startsWith(".") || LEFT_BY_NAME.has(name) || LEFT_BY_ENDING.some((ending) => name.endsWith(ending));
}

const WEIGHTS = /\.(safetensors|bin|pt|pth|ckpt|onnx)$/i;
const SHOWN = /\.(a?png|jpe?g|webp|gif|bmp|tiff?|avif|heic|svg|mp4|m4v|webm|mov|mkv|avi)$/i;

function holdsWeights({ parts }: FoundFolder): boolean {
  return parts.some((part) => (part.kind === "file" ? WEIGHTS.test(part.path) : holdsWeights(part)));
}

/** @param isModel a folder of images, say of a table of pairs, is what they are */
function trimmedFolder(folder: FoundFolder, isModel: boolean): FoundFolder {
  const parts = folder.parts.flatMap((part): Found[] => {
    if (part.kind === "file") return isModel && SHOWN.test(part.path) ? [] : [part];
    const inner = trimmedFolder(part, isModel);
    return inner.parts.length === 0 ? [] : [inner];
  });
  return { ...folder, parts };
}
