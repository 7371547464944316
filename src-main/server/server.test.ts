import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { emoji } from "../../nodes/testing/emoji-workflow.ts";
import { Refusal } from "../common/diagnostic.ts";
import type { Job } from "../common/studio/job.ts";
import { studioApi, type StudioClient } from "../common/studio/studio-api.ts";
import { connect } from "../common/wire/connect.ts";
import { setParam } from "../common/workflow-edits.ts";
import type { Workflow } from "../common/workflow.ts";
import { type RunningServer, startServer } from "./server.ts";
import { socketChannel } from "./socket-channel.ts";

let folder: string;
let server: RunningServer;
let cookie: string;
/** Begins the addresses of what the page gets and sends. */
let own: string;
let socket: WebSocket;
let api: StudioClient;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reneg-server-"));
  const page = join(folder, "page");
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  writeFileSync(join(folder, "secret.html"), "secret");
  server = await startServer({ host: "127.0.0.1", port: 0, home: join(folder, "home"), version: "0.0.0", page });
  origin = `http://127.0.0.1:${server.port}`;
  const opened = await fetch(server.address, { redirect: "manual" });
  cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  own = `/k/${/#key=(.*)/.exec(opened.headers.get("location") ?? "")?.[1]}`;
  socket = new WebSocket(`${origin.replace("http", "ws")}${own}/api`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  api = connect(studioApi, socketChannel(socket));
});
afterAll(async () => {
  socket.terminate();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The emoji workflow, with as little of everything as still exercises it. */
function small(): Workflow {
  const params = {
    sampler: { steps: 4, lastSteps: 2, gradient: "one late step" },
    optimizer: { steps: 40, batch: 1, microBatch: 1 },
  };
  let workflow = emoji();
  for (const [node, settings] of Object.entries(params))
    for (const [name, value] of Object.entries(settings)) workflow = setParam(workflow, node, name, value);
  return setParam(setParam(workflow, "save", "every", 1), "preview", "count", 1);
}

async function status(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { headers: { cookie, ...headers }, method, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject).end();
  });
}

async function until(isSo: (job: Job) => boolean): Promise<Job> {
  const abort = new AbortController();
  let found: Job | undefined;
  await api.watch(
    {},
    {
      signal: abort.signal,
      onEvent(event) {
        if (event.type !== "jobs") return;
        found = event.jobs.find(isSo);
        if (found !== undefined) abort.abort();
      },
    },
  );
  if (found === undefined) throw new Error("the stream ended before that");
  return found;
}

test("an address opens one browser, and its page is sent with a policy", async () => {
  expect(cookie).toMatch(/^reneg-\d+=.{20}/);
  expect((await fetch(server.address, { redirect: "manual" })).status).toBe(401);
  const page = await fetch(origin, { headers: { cookie } });
  expect(await page.text()).toContain("page");
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  expect((await fetch(origin)).status).toBe(401);
});

test("foreign names, foreign pages and paths that lead outside are refused", async () => {
  expect(await status("/", { host: "evil.example" })).toBe(403);
  for (const path of ["/../secret.html", "/..%2fsecret.html", "/files/runs/..%2f..%2fjobs.json", "/files/jobs.json"]) {
    expect(await status(path), path).toBe(404);
    expect(await status(own + path), path).toBe(404);
  }
  expect(await status(`${own}/upload?name=a.png`, { origin: "http://evil.example" }, "POST")).toBe(403);
  expect(await status(`${own}/upload?name=..%2fa.png`, { origin }, "POST")).toBe(400);
  for (const headers of [{ cookie, origin: "http://evil.example" }, { origin }, { cookie }]) {
    const foreign = new WebSocket(`${origin.replace("http", "ws")}${own}/api`, { headers });
    const refusal = await new Promise<Error>((resolve) => foreign.once("error", resolve));
    expect(refusal.message).toContain("403");
  }
});

test("a port that is taken is told", async () => {
  const again = startServer({
    host: "127.0.0.1",
    port: server.port,
    home: join(folder, "other"),
    version: "0.0.0",
    page: join(folder, "page"),
  });
  await expect(again).rejects.toThrow(Refusal);
});

test("a job draws, pauses, resumes, and its preview opens as the workflow that made it", async () => {
  const { run } = await api.enqueue({ name: "Tiny", workflow: small(), path: null, device: "cpu" });
  await until((job) => job.step >= 1);
  await api.command({ run, command: "pause" });
  const paused = await until((job) => job.state === "paused");
  expect(paused.step).toBeLessThan(40);
  const detail = await api.run({ id: run });
  expect(detail.previews.length).toBeGreaterThan(0);
  const picture = await fetch(`${origin}${own}/${detail.previews[0]?.url}`, { headers: { cookie } });
  expect(picture.headers.get("content-type")).toBe("image/png");
  const upload = await fetch(`${origin}${own}/upload?name=shared.png`, {
    method: "POST",
    headers: { cookie, origin },
    body: await picture.arrayBuffer(),
  });
  const { path } = z.object({ path: z.string() }).parse(await upload.json());
  const shared = await api.importDocument({ path });
  expect(shared).toMatchObject({ path: null, workflow: { graph: small().graph } });
  await api.command({ run, command: "resume" });
  await until((job) => job.step > paused.step);
  await api.command({ run, command: "stop" });
  await until((job) => job.state === "stopped");
  expect(readFileSync(join(detail.folder, "metrics.jsonl"), "utf8")).not.toContain(folder);
});
