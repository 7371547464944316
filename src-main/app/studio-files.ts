// The addresses under which the page fetches the studio's pictures and results, and sends it files.

import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { Refusal } from "../common/diagnostic.ts";
import { decodePath } from "../studio/page-files.ts";
import type { Studio } from "../studio/studio.ts";

const FILES = "/files/";

type StudioFiles = Pick<Studio, "findFile" | "receive">;

/** `null`: not an address of the studio. */
export async function studioResponse(studio: StudioFiles, request: Request, url: URL): Promise<Response | null> {
  if (url.pathname === "/upload") return request.method === "POST" ? upload(studio, request, url) : status(405);
  if (!url.pathname.startsWith(FILES)) return null;
  if (request.method !== "GET" && request.method !== "HEAD") return status(405);
  const file = studio.findFile(decodePath(url.pathname.slice(FILES.length)));
  if (file === null) return status(404);
  const headers = new Headers({ "content-type": file.contentType, "cache-control": "no-store" });
  if (file.download !== null) {
    headers.set("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(file.download)}`);
  }
  if (request.method === "HEAD") return new Response(null, { headers });
  // Node's stream of the web is the web's, but the types of Node and of fetch do not know each other.
  return new Response(
    Readable.toWeb(createReadStream(file.path)) as unknown as ConstructorParameters<typeof Response>[0],
    { headers },
  );
}

async function upload(studio: StudioFiles, request: Request, url: URL): Promise<Response> {
  if (request.body === null) return status(400);
  try {
    const name = url.searchParams.get("name") ?? "";
    return Response.json({ path: await studio.receive({ name, bytes: null, chunks: request.body }) });
  } catch (error) {
    if (error instanceof Refusal) return new Response(error.message, { status: 400 });
    throw error;
  }
}

function status(code: number): Response {
  return new Response(null, { status: code });
}
