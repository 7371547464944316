// What a stranger on the network, another page in the same browser, and a page that was let in may try with requests written by hand.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

let folder: string;
let server: RunningServer;
let session: string;
/** Begins the addresses of what a page that was let in gets and sends. */
let own: string;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reneg-attacks-"));
  mkdirSync(join(folder, "page"));
  writeFileSync(join(folder, "page", "index.html"), "<title>page</title>");
  server = await start("home", (next) => (address = next));
  ({ address } = server);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  const opened = await ask(`GET /${new URL(address).search} HTTP/1.1`);
  session = /set-cookie: ([^;]+)/i.exec(opened)?.[1] ?? "none";
  own = `/k/${/location: \/#key=(\S+)/i.exec(opened)?.[1] ?? "none"}`;
});

function start(home: string, onAddress?: (next: string) => void): Promise<RunningServer> {
  const where = { host: "127.0.0.1", port: 0, home: join(folder, home), page: join(folder, "page") };
  return startServer({ ...where, version: "0", ...(onAddress && { onAddress }) });
}

const ownName = (): string => `127.0.0.1:${server.port}`;

/** One request as it is written, with the server's own name unless another is given, and all that comes back until the end. */
function ask(line: string, headers: readonly string[] = [], body = ""): Promise<string> {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: ${ownName()}`];
  return send([line, ...host, "Connection: close", ...headers, "", body].join("\r\n"));
}

function send(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(server.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
    socket.on("close", () => resolve(answer));
    // What is turned away is not read to its end.
    socket.on("error", (fault) => (answer === "" ? reject(fault) : resolve(answer)));
    socket.write(text);
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];

function upgrade(...headers: readonly string[]): Promise<string> {
  return send([`GET ${own}/api HTTP/1.1`, ...UPGRADE, ...headers, "", ""].join("\r\n"));
}

test("a token opens one browser, and nothing but a GET uses it up", async () => {
  const { search } = new URL(address);
  expect(statusOf(await ask(`HEAD /${search} HTTP/1.1`))).toBe(401);
  expect(statusOf(await ask(`POST /${search} HTTP/1.1`, ["Content-Length: 0"]))).toBe(401);
  expect(statusOf(await ask(`GET /index.html${search} HTTP/1.1`))).toBe(401);
  expect(statusOf(await ask(`GET /${search} HTTP/1.1`))).toBe(303);
  expect(statusOf(await ask(`GET /${search} HTTP/1.1`))).toBe(401);
});

test("each used address is followed by another, and a used one tells to look for it", async () => {
  const used = new URL(address).search;
  await ask(`GET /${used} HTTP/1.1`);
  const next = new URL(address).search;
  expect(next).not.toBe(used);
  expect(await ask(`GET /${used} HTTP/1.1`)).toContain("take the newest");
  expect(statusOf(await ask(`GET /${next} HTTP/1.1`))).toBe(303);
});

test.each(["", "?token=", "?token=%00", `?token=${"A".repeat(32)}`, "?token[]=a", `?token=${"A".repeat(9000)}`])(
  "a guess %s opens nothing",
  async (query) => expect(statusOf(await ask(`GET /${query} HTTP/1.1`))).toBe(401),
);

test("a session is a cookie of this server that no script reads, and another value is none", async () => {
  const opened = await ask(`GET /${new URL(address).search} HTTP/1.1`);
  expect(opened).toMatch(/set-cookie: reneg-\d+=[\w-]{32}; HttpOnly; SameSite=Lax; Path=\//i);
  expect(statusOf(await ask("GET / HTTP/1.1", [`Cookie: ${session}`]))).toBe(200);
  for (const cookie of [session.slice(0, -1), `${session}A`, session.replace(/=.*/, "="), session.replace("-", "-1")]) {
    expect(statusOf(await ask("GET / HTTP/1.1", [`Cookie: ${cookie}`])), cookie).toBe(401);
  }
});

test("a name that was made to lead here is turned away, with or without a session", async () => {
  for (const host of [
    "evil.example",
    `evil.example:${server.port}`,
    "",
    "localhost@evil.example",
    "localhost/x",
    "[::",
  ]) {
    expect(statusOf(await ask("GET / HTTP/1.1", [`Host: ${host}`, `Cookie: ${session}`])), host).toBe(403);
  }
  const { search } = new URL(address);
  expect(statusOf(await ask(`GET /${search} HTTP/1.1`, ["Host: evil.example"]))).toBe(403);
  // A name in the request's line is not the one that was asked for.
  const proxied = await ask("GET http://evil.example/ HTTP/1.1", ["Host: evil.example", `Cookie: ${session}`]);
  expect(statusOf(proxied)).toBe(403);
});

test("its own names are welcome, however they are written", async () => {
  for (const host of [
    ownName(),
    "localhost",
    "LOCALHOST:80",
    hostname().toUpperCase(),
    `[::1]:${server.port}`,
    "10.0.0.7",
  ]) {
    expect(statusOf(await ask("GET / HTTP/1.1", [`Host: ${host}`, `Cookie: ${session}`])), host).toBe(200);
  }
});

test("the socket opens for the page of this server alone", async () => {
  const host = `Host: ${ownName()}`;
  const cookie = `Cookie: ${session}`;
  expect(statusOf(await upgrade(host, cookie))).toBe(403);
  expect(statusOf(await upgrade(host, `Origin: http://${ownName()}`))).toBe(403);
  for (const origin of [
    "http://evil.example",
    "null",
    `http://${ownName()}.evil.example`,
    "http://127.0.0.1:1",
    "file://",
  ]) {
    expect(statusOf(await upgrade(host, cookie, `Origin: ${origin}`)), origin).toBe(403);
  }
  const rebound = ["Host: evil.example", "Origin: http://evil.example"];
  expect(statusOf(await upgrade(...rebound, cookie))).toBe(403);
});

test("who asks for a socket and is gone before the answer ends nothing but its own connection", async () => {
  const gone = Array.from({ length: 20 }, async () => {
    const socket = connectSocket(server.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(["GET /api HTTP/1.1", `Host: ${ownName()}`, ...UPGRADE, "", "x".repeat(100_000)].join("\r\n"));
    socket.resetAndDestroy();
  });
  await Promise.all(gone);
  expect(statusOf(await ask("GET / HTTP/1.1", [`Cookie: ${session}`]))).toBe(200);
});

test("a stranger's file is not read", async () => {
  const body = "x".repeat(1000);
  const length = `Content-Length: ${2 ** 40}`;
  const stranger = await ask(`POST ${own}/upload?name=a.png HTTP/1.1`, [length, `Origin: http://${ownName()}`], body);
  expect(statusOf(stranger)).toBe(401);
  const foreign = await ask(
    `POST ${own}/upload?name=a.png HTTP/1.1`,
    [length, "Origin: null", `Cookie: ${session}`],
    body,
  );
  expect(statusOf(foreign)).toBe(403);
  expect(readdirSync(join(folder, "home", "uploads"))).toEqual([]);
});

function upload(name: string, headers: readonly string[], body: string): Promise<string> {
  const known = [`Origin: http://${ownName()}`, `Cookie: ${session}`];
  return ask(`POST ${own}/upload?name=${encodeURIComponent(name)} HTTP/1.1`, [...known, ...headers], body);
}

test("a file that announces too much is refused before it is sent", async () => {
  const answer = await upload("a.png", [`Content-Length: ${2 ** 30 + 1}`], "x");
  expect(statusOf(answer)).toBe(400);
  expect(answer).toContain("has more than");
  expect(readdirSync(join(folder, "home", "uploads"))).toEqual([]);
});

test.each([
  "../a.png",
  "a/b.png",
  "a\\b.png",
  "..",
  ".",
  "",
  "a\nb.png",
  "a:b.png",
  "NUL",
  "con.png",
  "conin$",
  "lpt1 .png",
  "com¹.png",
  "a.png..",
  "a.png.",
  "a ",
  "x".repeat(201),
])("a file cannot be called %j", async (name) => {
  const answer = await upload(name, ["Content-Length: 1"], "x");
  expect(statusOf(answer)).toBe(400);
  expect(answer).toContain("not the name of a file");
  expect(readdirSync(join(folder, "home", "uploads"))).toEqual([]);
});

test("a file that breaks off leaves nothing", async () => {
  const socket = connectSocket(server.port, "127.0.0.1");
  const headers = [`Host: ${ownName()}`, `Origin: http://${ownName()}`, `Cookie: ${session}`, "Content-Length: 1000"];
  socket.write([`POST ${own}/upload?name=a.png HTTP/1.1`, ...headers, "", "half"].join("\r\n"));
  await expect.poll(() => readdirSync(join(folder, "home", "uploads"))).toHaveLength(1);
  socket.destroy();
  await expect.poll(() => readdirSync(join(folder, "home", "uploads"))).toEqual([]);
});

test("a file in pieces of unknown number is taken, and kept no longer than until it is opened", async () => {
  const answer = await upload("a.png", ["Transfer-Encoding: chunked"], "4\r\npict\r\n3\r\nure\r\n0\r\n\r\n");
  expect(statusOf(answer)).toBe(200);
  const { path } = JSON.parse(/\{.*\}/.exec(answer)?.[0] ?? "") as { path: string };
  expect(readFileSync(path, "utf8")).toBe("picture");
  const context = { signal: new AbortController().signal, emit: async () => undefined };
  await expect(server.studio.handlers.importDocument({ path }, context)).rejects.toThrow("a text file");
  expect(readdirSync(join(folder, "home", "uploads"))).toEqual([]);
});

test.each([
  "/..%2f..%2fetc%2fpasswd",
  "/%2e%2e/secret",
  "//evil.example/index.html",
  "/files/runs/..%2f..%2fjobs.json",
  "/files/runs/a%00/previews/x.png",
  "/files/%ZZ",
  "/api",
])("%s is no file", async (path) => {
  for (const begin of ["", own]) {
    const status = statusOf(await ask(`GET ${begin}${path} HTTP/1.1`, [`Cookie: ${session}`]));
    // Of another host's path, only the page's own file of that name.
    expect(status).toBe(path.endsWith("/index.html") && begin === "" ? 200 : 404);
  }
});

test("what is no request is answered as such, and the server goes on", async () => {
  expect(statusOf(await send("NONSENSE\r\n\r\n"))).toBe(400);
  expect(statusOf(await send(`GET / HTTP/1.1\r\nHost: ${ownName()}\r\nX: ${"y".repeat(100_000)}\r\n\r\n`))).toBe(431);
  expect(statusOf(await ask("GET / HTTP/1.1", [`Cookie: ${session}`]))).toBe(200);
});

test("a stranger who keeps a refused connection open does not keep the server from ending", async () => {
  const ending = await start("another-home");
  const socket = connectSocket({ port: ending.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.write([`GET /api HTTP/1.1`, `Host: 127.0.0.1:${ending.port}`, ...UPGRADE, "", ""].join("\r\n"));
  await once(socket.resume(), "end");
  await expect(ending.close()).resolves.toBeUndefined();
  socket.destroy();
});

test("two names of the server in one request are turned away, even its own", async () => {
  for (const second of ["evil.example", ownName()]) {
    const hosts = [`Host: ${ownName()}`, `Host: ${second}`];
    expect(statusOf(await ask("GET / HTTP/1.1", [...hosts, `Cookie: ${session}`])), second).toBe(403);
    const origin = `Origin: http://${ownName()}`;
    expect(statusOf(await upgrade(...hosts, origin, `Cookie: ${session}`)), second).toBe(403);
  }
});

test("the cookie alone, which programs on other ports of the host receive, gives and takes nothing", async () => {
  const [cookie, origin] = [`Cookie: ${session}`, `Origin: http://${ownName()}`];
  for (const begin of ["", "/k/", `/k/${"A".repeat(32)}`, `${own}A`, own.slice(0, -1), own.toUpperCase()]) {
    const asked = await send(
      [`GET ${begin}/api HTTP/1.1`, `Host: ${ownName()}`, ...UPGRADE, cookie, origin, "", ""].join("\r\n"),
    );
    expect(statusOf(asked), begin).toBe(403);
    const sent = await ask(`POST ${begin}/upload?name=a.png HTTP/1.1`, [cookie, origin, "Content-Length: 1"], "x");
    expect([401, 405], begin).toContain(statusOf(sent));
    expect([401, 404], begin).toContain(
      statusOf(await ask(`GET ${begin}/files/templates/emoji.webp HTTP/1.1`, [cookie])),
    );
  }
  // Nor does the key without the cookie.
  expect(statusOf(await upgrade(`Host: ${ownName()}`, origin))).toBe(403);
});

test("who signs out ends every session and every address, and a new address is printed", async () => {
  const [cookie, origin] = [`Cookie: ${session}`, `Origin: http://${ownName()}`];
  expect(statusOf(await ask(`GET ${own}/session HTTP/1.1`, [cookie]))).toBe(204);
  const foreign = await ask(`POST ${own}/sign-out HTTP/1.1`, [cookie, "Origin: null", "Content-Length: 0"]);
  expect(statusOf(foreign)).toBe(403);
  const before = address;
  expect(statusOf(await ask(`POST ${own}/sign-out HTTP/1.1`, [cookie, origin, "Content-Length: 0"]))).toBe(204);
  await expect.poll(() => address, { timeout: 5000 }).not.toBe(before);
  expect(statusOf(await ask("GET / HTTP/1.1", [cookie]))).toBe(401);
  expect(statusOf(await ask(`GET /${new URL(before).search} HTTP/1.1`))).toBe(401);
  expect(statusOf(await ask(`GET /${new URL(address).search} HTTP/1.1`))).toBe(303);
});
