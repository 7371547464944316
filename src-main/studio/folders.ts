// What lies in a folder, for choosing files from a page that has no file dialog of this machine.

import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, parse, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { FolderListing } from "../common/studio/document.ts";
import type { Home } from "./home.ts";

const MOST_ENTRIES = 5000;

/** @param path of a folder, or of a file in it; `null`: where workflows are kept */
export function listFolder(home: Home, path: string | null): FolderListing {
  const named = resolve((path ?? home.workflows).trim().replace(/^~(?=$|[\\/])/, () => homedir()));
  const isFile = statSync(named, { throwIfNoEntry: false })?.isFile() === true;
  const folder = isFile ? dirname(named) : named;
  const entries = read(folder)
    .filter(({ name }) => !name.startsWith("."))
    .slice(0, MOST_ENTRIES)
    .flatMap((entry) => describe(folder, entry) ?? [])
    .toSorted((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name));
  return {
    path: folder,
    selected: isFile ? basename(named) : null,
    parent: dirname(folder) === folder ? null : dirname(folder),
    entries,
    places: places(home),
  };
}

function describe(folder: string, { name }: Dirent): FolderListing["entries"][number] | null {
  const path = join(folder, name);
  // Through a link, and none for one that leads nowhere.
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? null : { name, path, isFolder: status.isDirectory(), bytes: status.size };
}

function read(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return refuse({
      code: "folder-unreadable",
      at: { file: folder },
      message: error.code === "ENOENT" ? "there is no such folder" : "this folder cannot be opened",
      help: "choose another one",
    });
  }
}

function places({ workflows, runs }: Home): FolderListing["places"] {
  const drives =
    process.platform === "win32"
      ? Array.from("CDEFGHIJKLMNOPQRSTUVWXYZ")
          .map((letter) => `${letter}:\\`)
          .filter((drive) => existsSync(drive))
      : [parse(workflows).root];
  return [
    { name: "Workflows", path: workflows },
    { name: "Runs", path: runs },
    { name: "Home", path: homedir() },
    ...drives.map((path) => ({ name: path, path })),
  ];
}
