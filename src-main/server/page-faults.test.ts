// What a page that was let in, and does not behave, may send: each fault is told as one of the page, and the program goes on.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { emoji } from "../../nodes/testing/emoji-workflow.ts";
import { readFrame, type Frame } from "../common/wire/frames.ts";
import { type RunningServer, startServer } from "./server.ts";

let folder: string;
let server: RunningServer;
let cookie: string;
let path: string;
let socket: WebSocket;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reneg-faults-"));
  mkdirSync(join(folder, "page"));
  writeFileSync(join(folder, "page", "index.html"), "<title>page</title>");
  const where = { host: "127.0.0.1", port: 0, home: join(folder, "home"), page: join(folder, "page") };
  server = await startServer({ ...where, version: "0" });
  const opened = await fetch(server.address, { redirect: "manual" });
  cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  path = `/k/${/#key=(.*)/.exec(opened.headers.get("location") ?? "")?.[1]}/api`;
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  socket = await open();
});
afterEach(() => socket.terminate());

async function open(): Promise<WebSocket> {
  const origin = `http://127.0.0.1:${server.port}`;
  const opened = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers: { cookie, origin } });
  opened.setMaxListeners(0);
  await new Promise((resolve, reject) => opened.once("open", resolve).once("error", reject));
  return opened;
}

type Answer = Extract<Frame, { type: "result" | "failure" }>;

/** The answers to so many requests, in the order in which they come. */
function answers(count: number): Promise<Answer[]> {
  const found: Answer[] = [];
  return new Promise((resolve, reject) => {
    socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
    socket.on("message", (data: Buffer) => {
      const frame = readFrame(JSON.parse(data.toString()));
      if (frame.type === "result" || frame.type === "failure") found.push(frame);
      if (found.length === count) resolve(found);
    });
  });
}

let id = 0;
async function ask(method: string, input: unknown): Promise<Answer> {
  const answered = answers(1);
  socket.send(JSON.stringify({ type: "request", id: id++, method, input }));
  const [answer] = await answered;
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

const codesOf = (answer: Answer): string[] =>
  answer.type === "failure" ? answer.diagnostics.map(({ code }) => code) : ["answered"];

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

test.each<readonly [string, unknown]>([
  ["openDocument", { path: "a\0b" }],
  ["openDocument", { path: String.raw`\\evil.example\share\a.reneg.json` }],
  ["openDocument", { path: "//evil.example/share/a.reneg.json" }],
  ["openDocument", { path: "CON" }],
  ["openDocument", { path: "" }],
  ["openDocument", { path: 1 }],
  ["openDocument", null],
  ["importDocument", { path: "\0" }],
  ["inspect", { path: "a\0b" }],
  ["describeFile", { path: "a\0b" }],
  ["rememberFile", { path: "a\0b" }],
  ["keepUpload", { path: "a\0b" }],
  ["listFolder", { path: "/tmp/\0" }],
  ["reveal", { path: "\0" }],
  ["saveDocument", { path: "a\0.reneg.json", workflow: emoji(), version: null }],
  ["check", { workflow: emoji(), path: "a\0b" }],
  ["check", { workflow: nested(100_000), path: null }],
  ["enqueue", { name: "a", workflow: emoji(), path: "\0" }],
  ["run", { id: "../.." }],
  ["run", { id: "a\0b" }],
  ["command", { run: "a", command: "explode" }],
  ["targetModel", { path: "a\0b", embedding: null }],
  ["saveModelFolders", { folders: ["a\0b"] }],
  ["savePreferences", nested(100_000)],
  ["saveDraft", { id: "../../a", name: "", path: null }],
])("%s %j is refused as an input that is wrong", async (method, input) => {
  const text = JSON.stringify(input);
  expect(codesOf(await ask(method, input)), text.slice(0, 100)).toEqual(expect.arrayContaining(["invalid-input"]));
});

test.each(["nonsense", "constructor", "__proto__", "toString", "a".repeat(1_000_000)])(
  "there is no method %.20s",
  async (method) => {
    const answer = await ask(method, {});
    expect(codesOf(answer)).toEqual(["unknown-method"]);
    expect(JSON.stringify(answer).length).toBeLessThan(5000);
  },
);

test("a workflow that names what no file is called is told where, and nothing is looked for", async () => {
  for (const named of ["a\0b", String.raw`\\evil.example\share\model`, "//evil.example/model", "NUL", "/dev/zero"]) {
    const { graph, ...rest } = emoji();
    const nodes = Object.fromEntries(
      Object.entries(graph.nodes).map(([key, node]) =>
        node.type === "model/pipeline" ? [key, { ...node, params: { ...node.params, path: named } }] : [key, node],
      ),
    );
    for (const method of ["check", "plan", "enqueue"]) {
      const answer = await ask(method, { name: "a", workflow: { ...rest, graph: { ...graph, nodes } }, path: null });
      expect(JSON.stringify(answer), `${method} ${named}`).not.toContain("program-fault");
      expect(JSON.stringify(answer), `${method} ${named}`).toMatch(/"severity":"error"/);
    }
  }
});

test.each([
  "",
  "{",
  "null",
  "[]",
  '{"type":"request"}',
  '{"type":"request","id":-1,"method":"about","input":{}}',
  '{"type":"request","id":1.5,"method":"about","input":{}}',
  '{"type":"event","id":"x"}',
  "[".repeat(1_000_000),
  `{"type":"request","id":0,"method":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
])("%.60s is no frame, and closes the socket", async (text) => {
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.send(text);
  expect(await closed).toBe(1007);
  socket = await open();
  expect((await ask("about", {})).type).toBe("result");
});

test("an id that is in use is refused, and so is more than a page can wait for", async () => {
  const answered = answers(1001);
  for (let count = 0; count < 1000; count++) {
    socket.send(JSON.stringify({ type: "request", id: 1_000_000 + count, method: "watch", input: {} }));
  }
  socket.send(JSON.stringify({ type: "request", id: 1_000_000, method: "watch", input: {} }));
  for (let count = 0; count < 256; count++) socket.send(JSON.stringify({ type: "cancel", id: 1_000_000 + count }));
  const codes = (await answered).flatMap(codesOf);
  expect(codes.filter((code) => code === "too-many-requests")).toHaveLength(744);
  expect(codes.filter((code) => code === "invalid-input")).toHaveLength(1);
  expect(codes.filter((code) => code === "answered")).toHaveLength(256);
});

test("a page that asks and never reads is not heard any further, and takes little memory", async () => {
  // Some 3 MB an answer.
  await ask("savePreferences", { large: "x".repeat(3 * 2 ** 20) });
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const before = process.memoryUsage().rss;
  socket.pause();
  let mostBytes = 0;
  for (let count = 0; count < 3000; count++) {
    socket.send(JSON.stringify({ type: "request", id: 2_000_000 + count, method: "preferences", input: {} }));
    if (count % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss - before);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  mostBytes = Math.max(mostBytes, process.memoryUsage().rss - before);
  expect(mostBytes).toBeLessThan(1.5 * 2 ** 30);
  log.mockRestore();
  // Others are answered meanwhile.
  const slow = socket;
  socket = await open();
  expect((await ask("about", {})).type).toBe("result");
  slow.terminate();
  await ask("savePreferences", {});
});

test("a page that reads late gets all that it was promised", async () => {
  await ask("savePreferences", { large: "x".repeat(2 ** 20) });
  socket.pause();
  const count = 40;
  for (let one = 0; one < count; one++) {
    socket.send(JSON.stringify({ type: "request", id: 3_000_000 + one, method: "preferences", input: {} }));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const answered = answers(count);
  socket.resume();
  expect((await answered).map(({ id: asked }) => asked)).toHaveLength(count);
  await ask("savePreferences", {});
});
