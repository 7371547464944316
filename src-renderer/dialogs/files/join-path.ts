// A file's path, as the machine writes it that the program runs on.

import type { FolderListing } from "../../../src-main/common/studio/document.ts";

export function joinPath({ path }: FolderListing, name: string): string {
  const separator = path.includes("\\") ? "\\" : "/";
  return path.endsWith(separator) ? path + name : path + separator + name;
}
