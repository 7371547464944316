// The files of the built page.

import { existsSync, realpathSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { refuse } from "../common/diagnostic.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** @throws Refusal if the page was not built yet */
export function checkPage(folder: string): void {
  if (existsSync(join(folder, "index.html"))) return;
  refuse({
    code: "page-missing",
    at: { file: folder },
    message: "the editor's page is not built yet",
    help: "run `npm run build` once",
  });
}

/** @param path of a URL, decoded; `null` if there is no such file of the page */
export function findPageFile(
  folder: string,
  path: string,
): { readonly path: string; readonly contentType: string } | null {
  const name = path === "/" ? "index.html" : path.slice(1);
  const contentType = TYPES[extname(name)];
  if (contentType === undefined || !/^[\w@./-]+$/.test(name) || /(^|\/)\./.test(name)) return null;
  const file = join(folder, name);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  return realpathSync(file).startsWith(realpathSync(folder) + sep) ? { path: file, contentType } : null;
}
