// `server`: requests and messages drawn by lot from those that no page of ours sends, and pages that never read. Each gets an answer that
// blames the client, the server goes on, and its memory stays within a budget.

import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { studioApi } from "../../src-main/common/studio/studio-api.ts";
import { type RunningServer, startServer } from "../../src-main/server/server.ts";
import type { RandomIntegers } from "../../src-main/weights/testing/mutate.ts";
import type { Part } from "./part.ts";
import { createRandom, pick } from "./random.ts";
import { createTally } from "./tally.ts";

const ANSWERED_WITHIN_MS = 10_000;
const MOST_BYTES = 1.5 * 2 ** 30;
const SLOW_REQUESTS = 1500;
/** One request by hand for so many messages. */
const MESSAGES_A_REQUEST = 4;
const SHOWN = 300;

/** Methods that change nothing of what later messages meet, and none that works long. */
const METHODS = Object.keys(studioApi).filter((name) => !["doctor", "watch", "savePreferences"].includes(name));

const STRANGE: readonly unknown[] = [
  null,
  -1,
  1e308,
  "",
  "\0",
  "a\0b",
  "../..",
  "//host/share",
  String.raw`\\host\share`,
  "CON",
  "/dev/zero",
  "/proc/self/environ",
  "__proto__",
  "x".repeat(100_000),
  [],
  {},
  [[[]]],
  JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`),
  { format: "reneg-workflow", formatVersion: 1, graph: { nodes: {}, edges: {} } },
];
const KEYS = ["path", "workflow", "id", "name", "run", "command", "of", "embedding", "folders", "device", "version"];

interface Page {
  readonly server: RunningServer;
  readonly headers: { readonly cookie: string; readonly origin: string };
  readonly key: string;
}

export const server: Part = {
  summary: "Malformed requests and messages, and pages that never read.",
  amount: { of: "messages", whole: 10_000, small: 400 },
  async run({ seed, amount, folder }) {
    const random = createRandom(seed);
    const tally = createTally();
    const page = await open(folder);
    try {
      await sendMessages(page, amount, random, tally.count);
      for (let count = 0; count < amount / MESSAGES_A_REQUEST; count++) {
        tally.count("requests by hand", await requestByHand(page, random));
      }
      tally.count("a page that never reads", await neverRead(page));
      tally.count("a page that behaves, at the end", await behave(page));
    } finally {
      await page.server.close();
    }
    return { rows: tally.rows() };
  },
};

async function open(folder: string): Promise<Page> {
  mkdirSync(join(folder, "page"));
  writeFileSync(join(folder, "page", "index.html"), "<title>page</title>");
  const where = { host: "127.0.0.1", port: 0, home: join(folder, "home"), page: join(folder, "page") };
  const running = await startServer({ ...where, version: "0" });
  const opened = await fetch(running.address, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const key = /#key=(.*)/.exec(opened.headers.get("location") ?? "")?.[1] ?? "";
  return { server: running, headers: { cookie, origin: `http://127.0.0.1:${running.port}` }, key };
}

async function connectPage({ server: { port }, headers, key }: Page): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/k/${key}/api`, { headers });
  await first(socket, "open");
  return socket;
}

function first(socket: WebSocket, type: "open" | "message" | "close", signal?: AbortSignal): Promise<Event> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true, ...(signal && { signal }) }));
}

async function sendMessages(
  page: Page,
  amount: number,
  random: RandomIntegers,
  count: (what: string, faults: readonly string[]) => void,
): Promise<void> {
  let socket = await connectPage(page);
  for (let id = 0; id < amount; id++) {
    const text = random(10) === 0 ? noFrame(random) : JSON.stringify(request(id, random));
    const answer = await answerTo(socket, text);
    count("messages", faultsOf(answer, text));
    if (socket.readyState !== WebSocket.OPEN || answer === "closed") socket = await connectPage(page);
  }
  socket.close();
}

function request(id: number, random: RandomIntegers): object {
  const method = random(20) === 0 ? pick(["constructor", "__proto__", "nonsense"], random) : pick(METHODS, random);
  const input = Object.fromEntries(
    Array.from({ length: random(4) }, () => [pick(KEYS, random), pick(STRANGE, random)] as const),
  );
  return { type: "request", id, method, input: random(10) === 0 ? pick(STRANGE, random) : input };
}

function noFrame(random: RandomIntegers): string {
  return pick(
    ["", "{", "null", "[".repeat(1 + random(100_000)), '{"type":"request"}', '{"type":"event","id":[]}'],
    random,
  );
}

/** What comes first: an answer, or the end of the connection. */
async function answerTo(socket: WebSocket, text: string): Promise<string> {
  const ended = new AbortController();
  const message = first(socket, "message", ended.signal).then((event) =>
    event instanceof MessageEvent ? String(event.data) : "",
  );
  const closed = first(socket, "close", ended.signal).then(() => "closed");
  const late = sleep(ANSWERED_WITHIN_MS, "late", { signal: ended.signal });
  late.catch(() => undefined);
  socket.send(text);
  const answer = await Promise.race([message, closed, late]);
  ended.abort();
  return answer;
}

function faultsOf(answer: string, text: string): string[] {
  const isFault = answer === "late" || answer.includes('"program-fault"') || answer.includes('"engine-died"');
  return isFault ? [`${text.slice(0, SHOWN)} → ${answer.slice(0, SHOWN)}`] : [];
}

async function requestByHand({ server: { port }, headers, key }: Page, random: RandomIntegers): Promise<string[]> {
  const path = pick(
    ["/", "/%", "/%00", "/..%2f", `/k/${key}/files/%ZZ`, `/k/${key}/upload?name=%00`, "//x", "*", "/k//api"],
    random,
  );
  const lines = [
    `${pick(["GET", "POST", "PUT", "OPTIONS", "nonsense", "HEAD"], random)} ${path} HTTP/${pick(["1.1", "1.0", "9"], random)}`,
    ...pick([[`Host: 127.0.0.1:${port}`], ["Host: a", "Host: b"], [], ["Host: evil.example"], ["Host: \x01"]], random),
    `Cookie: ${pick([headers.cookie, "a", "=;=;"], random)}`,
    `Content-Length: ${pick(["0", "-1", "99999999999999999999", "x"], random)}`,
    "Connection: close",
  ];
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  const ended = once(socket, "close").then(() => "ended");
  socket.end(`${lines.join("\r\n")}\r\n\r\n`);
  const how = await Promise.race([ended, sleep(ANSWERED_WITHIN_MS, "late")]);
  socket.destroy();
  const isFault = how === "late" || / 5\d\d /.test(answer.slice(0, 20));
  return isFault ? [`${lines.join(" | ")} → ${how} ${answer.slice(0, SHOWN)}`] : [];
}

/** Written by hand, since a socket of Node's own always reads. */
async function neverRead({ server: running, headers, key }: Page): Promise<string[]> {
  const before = process.memoryUsage().rss;
  const context = { signal: new AbortController().signal };
  await running.studio.handlers.savePreferences({ large: "x".repeat(2 ** 21) }, context);
  const socket = connect(running.port, "127.0.0.1");
  socket.on("error", () => undefined);
  const asked = [
    `Host: 127.0.0.1:${running.port}`,
    `Origin: ${headers.origin}`,
    `Cookie: ${headers.cookie}`,
    ...UPGRADE,
  ];
  socket.write([`GET /k/${key}/api HTTP/1.1`, ...asked, "", ""].join("\r\n"));
  await once(socket, "readable");
  let most = 0;
  for (let id = 1; id < SLOW_REQUESTS; id++) {
    socket.write(textFrame(JSON.stringify({ type: "request", id, method: "preferences", input: {} })));
    if (id % 50 === 0) await sleep(10);
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  socket.destroy();
  await running.studio.handlers.savePreferences({}, context);
  return most > MOST_BYTES ? [`${Math.round(most / 2 ** 20)} MiB are kept for it`] : [];
}

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];

/** Of RFC 6455: whole, masked by zeros. @param text shorter than 126 bytes */
function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.of(0x81, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)]);
}

async function behave(page: Page): Promise<string[]> {
  const socket = await connectPage(page);
  const answer = await answerTo(socket, JSON.stringify({ type: "request", id: 0, method: "about", input: {} }));
  socket.close();
  return answer.includes('"result"') ? [] : [answer.slice(0, SHOWN)];
}
