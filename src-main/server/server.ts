// Browser mode: the editor's page, the studio behind it over a WebSocket, and the files that it shows, for one person who was given the address.

import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { studioApi } from "../common/studio/studio-api.ts";
import { serve } from "../common/wire/serve.ts";
import { createMailbox, listenedTo } from "../studio/mailbox.ts";
import { checkPage, decodePath, findPageFile } from "../studio/page-files.ts";
import { PAGE_HEADERS } from "../studio/page-headers.ts";
import { createStudio, type Studio } from "../studio/studio.ts";
import { openSessionStore } from "./session-store.ts";
import { createSessions, isOwnHost, isSameOrigin, keyOf, type Sessions } from "./session.ts";
import { socketChannel } from "./socket-channel.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly home: string;
  readonly version: string;
  /** The built page. */
  readonly page?: string;
  /** Whether browsers stay signed in from one server of this home to the next. */
  readonly keepSessions?: boolean;
  /** Workflow files that the first page opens. */
  readonly files?: readonly string[];
  /** Hears of a new address when one was used up, or is void. */
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
/** The largest workflow that is opened has as many, and a draft of one is sent whole. */
const MOST_FRAME_BYTES = 64 * 2 ** 20;
const MOST_SOCKETS = 32;
/** Of one page, not answered yet. */
const MOST_REQUESTS = 256;
/** The code by which a socket closes whose session was ended: a policy of the server. */
const SIGNED_OUT = 1008;
const REVOKED_WITHIN_MS = 1000;
/** Large files over slow lines. */
const LONGEST_REQUEST_MS = 60 * 60_000;

const HEADERS = { ...PAGE_HEADERS, "cache-control": "no-store" };

interface Context {
  readonly studio: Studio;
  readonly sessions: Sessions;
  readonly page: string;
  readonly host: string;
  readonly onRedeemed: () => void;
}

/** @throws Refusal if the page is not built, the port is taken, or another studio works in the home folder */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, page = PAGE, files = [], onAddress = () => undefined } = options;
  checkPage(page);
  const http = createServer({ requestTimeout: LONGEST_REQUEST_MS });
  const connections = new Set<Duplex>();
  http.on("connection", (connection: Duplex) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });
  await listen(http, host, options.port);
  const port = portOf(http);
  let studio: Studio;
  try {
    studio = createStudio({ home: options.home, version: options.version, shell: "browser" });
  } catch (error) {
    http.close();
    throw error;
  }
  const sessions = createSessions(openSessionStore(options.home, options.keepSessions === true), () => port);
  const address = (): string =>
    `http://${host.includes(":") ? `[${host}]` : host}:${port}/?token=${sessions.issueToken()}`;
  const mailbox = createMailbox(studio.announce);
  for (const path of files) mailbox.tell({ type: "open", path });
  const handlers = listenedTo(studio.handlers, mailbox);
  const context: Context = { studio, sessions, page, host, onRedeemed: () => onAddress(address()) };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false });
  http.on("request", (request, response) => void answer(context, request, response));
  http.on("upgrade", (request, socket, head) => {
    if (!mayConnect(context, request)) return refuseSocket(socket, "403 Forbidden");
    if (sockets.clients.size >= MOST_SOCKETS) return refuseSocket(socket, "503 Service Unavailable");
    sockets.handleUpgrade(request, socket, head, (opened) =>
      serve(studioApi, handlers, socketChannel(opened), { mostRequests: MOST_REQUESTS }),
    );
  });
  const watch = setInterval(() => {
    if (!sessions.wasRevoked()) return;
    for (const socket of sockets.clients) socket.close(SIGNED_OUT, "signed out");
    onAddress(address());
  }, REVOKED_WITHIN_MS).unref();

  return {
    address: address(),
    port,
    studio,
    async close() {
      clearInterval(watch);
      try {
        await studio.close();
      } finally {
        for (const socket of sockets.clients) socket.terminate();
        const closed = new Promise((resolve) => http.close(resolve));
        http.closeAllConnections();
        // Those that became sockets of another protocol, or were refused as such, are not among them.
        for (const connection of connections) connection.destroy();
        await closed;
      }
    },
  };
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    await route(context, request, response);
  } catch (error) {
    // The page went away, or what was sent so far cannot be taken back.
    if (response.destroyed || response.headersSent) return void response.destroy();
    if (error instanceof Refusal) return sendText(response, 400, error.message);
    console.error(error);
    sendText(response, 500, "This is a fault of the program: its terminal tells more.");
  }
}

async function route(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? "", "http://any");
  if (url === null || !isOwnHost(request, context.host)) return turnAway(response, 403, FOREIGN_NAME);
  const { key, path } = keyOf(decodePath(url.pathname));
  const token = url.searchParams.get("token");
  // Not for HEAD, by which programs look at addresses that people send each other.
  if (request.method === "GET" && key === null && path === "/" && token !== null)
    return redeem(context, token, response);
  if (!context.sessions.hasCookie(request)) return turnAway(response, 401, NO_SESSION);
  if (key !== null && !context.sessions.isKey(key)) return turnAway(response, 401, NO_SESSION);
  if (request.method === "POST" && key !== null) return take(context, request, response, path, url);
  if (request.method !== "GET" && request.method !== "HEAD") return turnAway(response, 405, "Only GET.");
  if (key !== null && path === "/session") return void response.writeHead(204).end();
  const studioFile =
    key !== null && path.startsWith("/files/") ? context.studio.findFile(path.slice("/files/".length)) : null;
  const file = studioFile ?? findPageFile(context.page, path);
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

const FOREIGN_NAME = "This is no name of the server: open it under its IP address, or start it with --host NAME.";
const NO_SESSION = "Open the address that `reneg serve` has printed last; each is good for one browser.";
const USED_TOKEN = "This address was used already: take the newest that was printed.";

/** The token leaves the address at once, so that it is in no history. */
function redeem({ sessions, onRedeemed }: Context, token: string, response: ServerResponse): void {
  const secrets = sessions.redeem(token);
  if (secrets === null) return turnAway(response, 401, USED_TOKEN);
  response.setHeader("set-cookie", sessions.setCookie(secrets.cookie));
  // Behind #, it is sent to nobody; the page takes it out of the address.
  response.setHeader("location", `/#key=${secrets.key}`);
  response.writeHead(303).end();
  onRedeemed();
}

async function take(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  url: URL,
): Promise<void> {
  if (!isSameOrigin(request)) return turnAway(response, 403, "Only the editor's own page may send anything.");
  if (path === "/upload") return upload(context, request, response, url);
  if (path !== "/sign-out") return turnAway(response, 404, "Nothing is taken here.");
  context.sessions.revoke();
  response.writeHead(204).end();
}

async function upload(
  { studio }: Context,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { "content-length": length } = request.headers;
  const path = await studio.receive({
    name: url.searchParams.get("name") ?? "",
    bytes: length === undefined ? null : Number(length),
    // So that what is refused in the middle can still be answered.
    chunks: request.iterator({ destroyOnReturn: false }),
  });
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ path }));
}

function mayConnect({ sessions, host }: Context, request: IncomingMessage): boolean {
  const { key, path } = keyOf(request.url ?? "");
  const isOurs = isOwnHost(request, host) && isSameOrigin(request) && sessions.hasCookie(request);
  return isOurs && path === "/api" && key !== null && sessions.isKey(key);
}

function refuseSocket(socket: Duplex, status: string): void {
  // It may be gone, and nobody else listens any more.
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

/** Whatever else a stranger sends is not read. */
function turnAway(response: ServerResponse, status: number, text: string): void {
  response.setHeader("connection", "close");
  sendText(response, status, text);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

async function listen(http: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(port, host, resolve);
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const { message, help, at } = LISTEN_FAULTS[String(error.code)] ?? {
      at: "--host",
      message: `cannot listen there: ${error.message}`,
      help: "choose another --host, or leave it out",
    };
    refuse({ code: "address-unusable", at: { option: `${at} ${at === "--host" ? host : port}` }, message, help });
  }
}

const LISTEN_FAULTS: Readonly<
  Record<string, { readonly at: "--host" | "--port"; readonly message: string; readonly help: string }>
> = {
  EADDRINUSE: {
    at: "--port",
    message: "another program listens on this port",
    help: "choose another --port, or 0 for any that is free",
  },
  EACCES: {
    at: "--port",
    message: "the system lets only its administrator listen on this port",
    help: "choose a --port above 1023",
  },
  EADDRNOTAVAIL: {
    at: "--host",
    message: "this is no address of this machine",
    help: "choose one of its own, or 0.0.0.0 for all of them",
  },
};

function portOf(http: Server): number {
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("a server that listens has a port");
  return address.port;
}
