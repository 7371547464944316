// From an address of the page to a file of the built page, and never to a file outside of it.

import { existsSync, realpathSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { refuse } from "../common/diagnostic.ts";

/** A file of any other kind is not part of the page and is not served. */
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
}

/** @throws Refusal if there is no page */
export function checkPage(folder: string): void {
  if (existsSync(join(folder, "index.html"))) return;
  refuse({
    code: "page-missing",
    at: { file: folder },
    message: "there is no page to serve here",
    help: "open the installed program's window instead; from the sources, `npm run build` makes the page",
  });
}

/** @param path of a URL, decoded; `null` if there is no such file of the page */
export function findPageFile(folder: string, path: string): PageFile | null {
  const name = path === "/" ? "index.html" : path.slice(1);
  const contentType = TYPES[extname(name)];
  // No backslash, which separates folders on Windows, and no colon, which names a drive or a stream of a file there.
  if (contentType === undefined || !/^[\w@./-]+$/.test(name) || /(^|\/)\./.test(name)) return null;
  const file = join(folder, name);
  return isFileIn(folder, file) ? { path: file, contentType } : null;
}

/** Links are followed, and must not lead away. @param path may be of any length, and name what nobody may read */
export function isFileIn(folder: string, path: string): boolean {
  try {
    return statSync(path).isFile() && realpathSync(path).startsWith(realpathSync(folder) + sep);
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Of an address; a malformed escape such as %ZZ makes an empty path, which names nothing. */
export function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}
