import { isAbsolute, relative, sep } from "node:path";

/** By the names alone, without a look at the disk: whether a path leads to a folder or into it. Both are absolute. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
