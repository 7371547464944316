// Answers the requests that the page makes under the app's scheme: its own files, pictures and results of the studio, and uploads.

import { readFile } from "node:fs/promises";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { pageFileAt } from "./page-file.ts";

export interface PageSources {
  /** Of the built page. */
  readonly folder: string;
  /** What the studio offers for download or takes as an upload; `null`: not its address. */
  readonly studio: (request: Request, url: URL) => Promise<Response | null>;
}

export type Responder = (request: Request) => Promise<Response>;

export function createPageResponder({ folder, studio }: PageSources): Responder {
  return async (request) => {
    const url = new URL(request.url);
    const response = (await studio(request, url)) ?? (await pageResponse(request.method, url, folder));
    return withSecurity(response);
  };
}

async function pageResponse(method: string, url: URL, folder: string): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") return new Response("only GET and HEAD", { status: 405 });
  const file = pageFileAt(url, folder);
  if (file === null) return notFound();
  try {
    // Read whole rather than streamed: the files of a page are small, and inside an archive only whole ones can be read.
    const body = new Uint8Array(await readFile(file.path));
    return new Response(body, { headers: { "content-type": file.mediaType } });
  } catch (error) {
    if (isMissing(error)) return notFound();
    throw error;
  }
}

function withSecurity(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("content-security-policy", contentSecurityPolicy);
  headers.set("x-content-type-options", "nosniff");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("referrer-policy", "no-referrer");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function notFound(): Response {
  return new Response("no such file", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOENT", "EISDIR", "ENOTDIR"].includes(String(error.code));
}
