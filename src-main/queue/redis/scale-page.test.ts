// What docs/scale.md says of the queue's server is done as it is written there, with a real one.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort, hasRedisServer, NO_REDIS } from "../testing/redis-server.ts";

const PAGE = readFileSync(new URL("../../../docs/scale.md", import.meta.url), "utf8");
const LAUNCHER = fileURLToPath(new URL("../../cli/reneg.mjs", import.meta.url));
const PASSWORD = "correct-horse";

let folder = "";
let started: ChildProcess[] = [];
beforeEach(({ skip }) => {
  skip(!hasRedisServer(), NO_REDIS);
  folder = mkdtempSync(join(tmpdir(), "reneg-scale-page-"));
  started = [];
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

function found(pattern: RegExp): string {
  const [, text] = pattern.exec(PAGE) ?? [];
  if (text === undefined) throw new Error(`docs/scale.md has nothing like ${pattern}`);
  return text;
}

/** As the shell takes them apart: none of them is quoted. */
const wordsOf = (line: string): string[] => line.trim().split(/\s+/);

/** @returns when it has printed a line like this */
async function untilPrinted(child: ChildProcess, line: RegExp): Promise<string> {
  const seen: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) throw new Error("it prints into nothing");
    createInterface(stream).on("line", (text) => seen.push(text));
  }
  await expect
    .poll(() => seen.some((text) => line.test(text)) || child.exitCode !== null, { timeout: 30_000 })
    .toBe(true);
  return seen.join("\n");
}

function run(command: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const { RENEG_QUEUE: _queue, NODE_EXTRA_CA_CERTS: _certificates, ...surroundings } = process.env;
  const child = spawn(command, words, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...surroundings, ...env },
  });
  started.push(child);
  return child;
}

const composed = (): string[] =>
  wordsOf(found(/command: >-\n((?: {6}.*\n)+)/).replace("${QUEUE_PASSWORD:?}", PASSWORD));

test("the options of the compose file are those of a server that keeps what it has, throws nothing away and asks for a password", async () => {
  const port = await freePort();
  const server = run("redis-server", [...composed(), "--port", `${port}`]);
  expect(await untilPrinted(server, /Ready to accept connections/)).toContain("Ready to accept connections");
  const redis = new Redis(port, "127.0.0.1", { password: PASSWORD });
  const kept = await Promise.all(
    ["appendonly", "maxmemory", "maxmemory-policy"].map(async (name) => (await redis.config("GET", name)).at(1)),
  );
  redis.disconnect();
  expect(kept).toEqual(["yes", `${2 * 2 ** 30}`, "noeviction"]);
  const stranger = run(process.execPath, [LAUNCHER, "queue", "--queue", `redis://127.0.0.1:${port}`]);
  expect(await untilPrinted(stranger, /help:/)).toMatch(/cannot be reached: .*NOAUTH/);
});

test("certificates, server and worker of the page speak TLS, and a worker without the authority's certificate is refused", async ({
  skip,
}) => {
  skip(spawnSync("openssl", ["version"]).status !== 0, "openssl is not installed");
  const here = (line: string): string[] => wordsOf(line.replaceAll("queue.example", "localhost"));
  const commands = found(/```sh\n((?: *openssl req .*\n)+) *```/)
    .trim()
    .split("\n");
  expect(commands).toHaveLength(2);
  for (const line of commands) {
    const [command = "", ...words] = here(line);
    expect(spawnSync(command, words, { cwd: folder }).status, line).toBe(0);
  }
  const port = await freePort();
  const options = here(found(/```sh\n *(--tls-port .*)\n *```/).replace("6380", `${port}`));
  const server = run("redis-server", [...composed(), ...options]);
  expect(await untilPrinted(server, /Ready to accept connections/)).toContain("Ready to accept connections");
  const [, certificates = "", line = ""] = /`NODE_EXTRA_CA_CERTS=(\S+) reneg (worker --queue [^`]+)`/.exec(PAGE) ?? [];
  const words = here(line.replace("PASSWORD", PASSWORD).replace("6380", `${port}`));
  const worker = run(process.execPath, [LAUNCHER, ...words, "--device", "cpu"], {
    NODE_EXTRA_CA_CERTS: join(folder, certificates),
  });
  expect(await untilPrinted(worker, /waiting for pieces/)).toContain("waiting for pieces");
  worker.kill("SIGINT");
  expect(await once(worker, "exit")).toEqual([0, null]);
  const stranger = run(process.execPath, [LAUNCHER, "queue", ...words.slice(1)]);
  expect(await untilPrinted(stranger, /help:/)).toMatch(/cannot be reached: .*certificate/);
});
