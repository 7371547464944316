// Browser mode: the editor's page, the studio behind it over a WebSocket, and the files that it shows, for one person who was given the address.

import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { studioApi } from "../common/studio/studio-api.ts";
import { serve } from "../common/wire/serve.ts";
import { createStudio, type Studio } from "../studio/studio.ts";
import { checkPage, findPageFile } from "./page-files.ts";
import { createSessions, isOwnHost, isSameOrigin, type Sessions } from "./session.ts";
import { socketChannel } from "./socket-channel.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly home: string;
  readonly version: string;
  /** The built page. */
  readonly page?: string;
  /** Hears of a new address when one was used up. */
  readonly onAddress?: (address: string) => void;
}

export interface RunningServer {
  /** With a token that is good for one browser. */
  readonly address: string;
  readonly port: number;
  readonly studio: Studio;
  readonly close: () => Promise<void>;
}

const PAGE = fileURLToPath(new URL("../../out/renderer", import.meta.url));
const MOST_UPLOADED = 4 * 2 ** 30;
const MOST_FRAME_BYTES = 64 * 2 ** 20;
const MOST_SOCKETS = 32;

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

interface Context {
  readonly studio: Studio;
  readonly sessions: Sessions;
  readonly page: string;
  readonly host: string;
  readonly onRedeemed: () => void;
}

/** @throws Refusal if the page is not built, the port is taken, or another studio works in the home folder */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, page = PAGE, onAddress = () => undefined } = options;
  checkPage(page);
  const http = createServer();
  await listen(http, host, options.port);
  const port = portOf(http);
  const sessions = createSessions(() => port);
  const address = (): string =>
    `http://${host.includes(":") ? `[${host}]` : host}:${port}/?token=${sessions.issueToken()}`;
  let studio: Studio;
  try {
    studio = createStudio({ home: options.home, version: options.version, shell: "browser" });
  } catch (error) {
    http.close();
    throw error;
  }
  const context: Context = { studio, sessions, page, host, onRedeemed: () => onAddress(address()) };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false });
  http.on("request", (request, response) => void answer(context, request, response));
  http.on("upgrade", (request, socket, head) => {
    if (!mayConnect(context, request) || sockets.clients.size >= MOST_SOCKETS) return refuseSocket(socket);
    sockets.handleUpgrade(request, socket, head, (opened) => serve(studioApi, studio.handlers, socketChannel(opened)));
  });
  return {
    address: address(),
    port,
    studio,
    async close() {
      await studio.close();
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    await route(context, request, response);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    if (error instanceof Refusal) return sendJson(response, 400, { diagnostics: error.diagnostics });
    console.error(error);
    sendJson(response, 500, { diagnostics: [] });
  }
}

async function route(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? "", "http://any");
  if (url === null || !isOwnHost(request, context.host))
    return sendText(response, 403, "This is not the server's name.");
  const path = decode(url.pathname);
  const token = url.searchParams.get("token");
  if (path === "/" && token !== null) return redeem(context, token, response);
  if (!context.sessions.isKnown(request)) {
    return sendText(response, 401, "Open the address that `reneg serve` has printed; each is good for one browser.");
  }
  if (request.method === "POST" && path === "/upload") return upload(context, request, response, url);
  if (request.method !== "GET" && request.method !== "HEAD") return sendText(response, 405, "Only GET.");
  const studioFile =
    path?.startsWith("/files/") === true ? context.studio.findFile(path.slice("/files/".length)) : null;
  const file = studioFile ?? (path === null ? null : findPageFile(context.page, path));
  if (file === null) return sendText(response, 404, "There is no such file.");
  response.setHeader("content-type", file.contentType);
  if (studioFile !== null && studioFile.download !== null) {
    response.setHeader(
      "content-disposition",
      `attachment; filename*=UTF-8''${encodeURIComponent(studioFile.download)}`,
    );
  }
  if (request.method === "HEAD") return void response.end();
  await pipeline(createReadStream(file.path), response);
}

/** The token leaves the address at once, so that it is in no history. */
function redeem({ sessions, onRedeemed }: Context, token: string, response: ServerResponse): void {
  const session = sessions.redeem(token);
  if (session === null)
    return sendText(response, 401, "This address was used already: take the newest that was printed.");
  response.setHeader("set-cookie", sessions.setCookie(session));
  response.setHeader("location", "/");
  response.writeHead(303).end();
  onRedeemed();
}

async function upload(
  { studio }: Context,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!isSameOrigin(request)) return sendText(response, 403, "Only the editor's own page may send files.");
  const path = studio.placeUpload(url.searchParams.get("name") ?? "");
  let bytes = 0;
  try {
    await pipeline(
      request,
      async function* bounded(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > MOST_UPLOADED) refuseUpload();
          yield chunk;
        }
      },
      createWriteStream(path, { flags: "wx" }),
    );
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  sendJson(response, 200, { path });
}

function mayConnect({ sessions, host }: Context, request: IncomingMessage): boolean {
  return request.url === "/api" && isOwnHost(request, host) && isSameOrigin(request) && sessions.isKnown(request);
}

function refuseSocket(socket: Duplex): void {
  socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
}

function refuseUpload(): never {
  refuse({
    code: "upload-too-large",
    at: { part: "upload" },
    message: `the file has more than ${MOST_UPLOADED} bytes`,
    help: "put it on the machine that runs the program, and choose it there",
  });
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function listen(http: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(port, host, resolve);
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    refuse({
      code: error.code === "EADDRINUSE" ? "port-taken" : "address-unusable",
      at: { option: error.code === "EADDRINUSE" ? `--port ${port}` : `--host ${host}` },
      message:
        error.code === "EADDRINUSE" ? "another program listens on this port" : `cannot listen there: ${error.message}`,
      help: error.code === "EADDRINUSE" ? "choose another --port, or 0 for any that is free" : "choose another --host",
    });
  }
}

function portOf(http: Server): number {
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("a server that listens has a port");
  return address.port;
}
