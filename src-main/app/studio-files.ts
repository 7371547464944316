// The addresses under which the page fetches the studio's pictures and results, and sends it files.

import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../common/diagnostic.ts";
import type { Studio } from "../studio/studio.ts";

const FILES = "/files/";
/** As much as a picture, an embedding or a bundle may take. */
const LARGEST_UPLOAD_BYTES = 2 ** 30;

type StudioFiles = Pick<Studio, "findFile" | "placeUpload">;

/** `null`: not an address of the studio. */
export async function studioResponse(studio: StudioFiles, request: Request, url: URL): Promise<Response | null> {
  if (url.pathname === "/upload") return request.method === "POST" ? upload(studio, request, url) : status(405);
  if (!url.pathname.startsWith(FILES)) return null;
  if (request.method !== "GET" && request.method !== "HEAD") return status(405);
  const file = studio.findFile(decoded(url.pathname.slice(FILES.length)));
  if (file === null) return status(404);
  const headers = new Headers({ "content-type": file.contentType, "cache-control": "no-store" });
  if (file.download !== null) {
    headers.set("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(basename(file.download))}`);
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
  let path: string | null = null;
  try {
    path = studio.placeUpload(url.searchParams.get("name") ?? "");
    await pipeline(bounded(request.body), createWriteStream(path, { flags: "wx" }));
    return Response.json({ path });
  } catch (error) {
    if (path !== null) rmSync(path, { force: true });
    if (error instanceof Refusal) return new Response(error.message, { status: 400 });
    if (error instanceof TooLarge) return status(413);
    throw error;
  }
}

class TooLarge extends Error {}

async function* bounded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_UPLOAD_BYTES) throw new TooLarge();
    yield chunk;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A malformed escape names no file.
    return "";
  }
}

function status(code: number): Response {
  return new Response(null, { status: code });
}
