// Answers the requests that the page makes under the app's scheme: its own files, pictures and results of the studio, and uploads.

import { readFile } from "node:fs/promises";
import { DESKTOP_ORIGIN } from "../common/studio/desktop-port.ts";
import { decodePath, findPageFile } from "../studio/page-files.ts";
import { PAGE_HEADERS } from "../studio/page-headers.ts";

export interface PageSources {
  /** Of the built page. */
  readonly folder: string;
  /** What the studio offers for download or takes as an upload; `null`: not its address. */
  readonly studio: (request: Request, url: URL) => Promise<Response | null>;
}

export type Responder = (request: Request) => Promise<Response>;

export function createPageResponder(sources: PageSources): Responder {
  return async (request) => withSecurity(await answer(sources, request));
}

async function answer({ folder, studio }: PageSources, request: Request): Promise<Response> {
  const url = new URL(request.url);
  // Not `url.origin`: Node knows no origin of a scheme that is not the web's.
  if (`${url.protocol}//${url.host}` !== DESKTOP_ORIGIN) return notFound();
  return (await studio(request, url)) ?? pageResponse(request.method, url, folder);
}

async function pageResponse(method: string, url: URL, folder: string): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") return new Response("only GET and HEAD", { status: 405 });
  const file = findPageFile(folder, decodePath(url.pathname));
  if (file === null) return notFound();
  // Read whole rather than streamed: the files of a page are small, and inside an archive only whole ones can be read.
  const body = new Uint8Array(await readFile(file.path));
  return new Response(body, { headers: { "content-type": file.contentType } });
}

function withSecurity(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(PAGE_HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function notFound(): Response {
  return new Response("no such file", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
}
