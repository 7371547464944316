// From an address under the app's scheme to a file of the built page, and never to a file outside of it.

import { extname, isAbsolute, join, relative } from "node:path";
import { DESKTOP_ORIGIN } from "../common/studio/desktop-port.ts";

/** A file of any other kind is not part of the page and is not served. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

export interface PageFile {
  readonly path: string;
  readonly mediaType: string;
}

/** @param folder of the built page. `null`: there can be no such file; one that is named may still be missing. */
export function pageFileAt(url: URL, folder: string): PageFile | null {
  const inside = pathInside(url);
  if (inside === null) return null;
  const path = join(folder, inside === "" ? "index.html" : inside);
  const way = relative(folder, path);
  if (way === "" || way.startsWith("..") || isAbsolute(way)) return null;
  const mediaType = MEDIA_TYPES[extname(path).toLowerCase()];
  return mediaType === undefined ? null : { path, mediaType };
}

/** Relative and decoded; `null` for another origin, and for what no file name may contain. */
function pathInside(url: URL): string | null {
  // Not `url.origin`: Node knows no origin of a scheme that is not the web's.
  if (`${url.protocol}//${url.host}` !== DESKTOP_ORIGIN) return null;
  try {
    const path = decodeURIComponent(url.pathname).slice(1);
    // A backslash separates folders on Windows, and a colon names a drive or a stream of a file there.
    return /[\\:\0]/.test(path) ? null : path;
  } catch {
    // A malformed escape such as %ZZ.
    return null;
  }
}
