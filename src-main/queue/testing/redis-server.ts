// A Redis of a test's own: on a free port of this machine, in a folder of its own, gone with the test.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

export const NO_REDIS = "redis-server is not installed: Debian has it as redis-server";

export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

export interface TestRedis {
  readonly url: string;
  readonly pid: () => number;
  /** Ends it at once and starts it again. @param withData whether it finds what it had (its append-only file) */
  readonly restart: (withData: boolean, awayMs?: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RedisPlace {
  /** The address that it listens on. */
  readonly host: string;
  /** What starts it, before its own command. */
  readonly prefix: readonly string[];
  /** Absent: a free one. */
  readonly port?: number;
}

export const HERE: RedisPlace = { host: "127.0.0.1", prefix: [] };

export async function startRedis(place: RedisPlace = HERE): Promise<TestRedis> {
  const port = place.port ?? (await freePort());
  let folder = mkdtempSync(join(tmpdir(), "reneg-redis-"));
  let child = await start(place, port, folder);
  const kill = async (): Promise<void> => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return {
    url: `redis://${place.host}:${port}`,
    pid: () => child.pid ?? 0,
    async restart(withData, awayMs = 0) {
      await kill();
      await sleep(awayMs);
      if (!withData) {
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), "reneg-redis-"));
      }
      child = await start(place, port, folder);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function start({ host, prefix }: RedisPlace, port: number, folder: string): Promise<ChildProcess> {
  const where = ["--port", `${port}`, "--bind", host, "--protected-mode", "no", "--dir", folder];
  const kept = ["--save", "", "--appendonly", "yes", "--loglevel", "warning"];
  const [command = "", ...words] = [...prefix, "redis-server", ...where, ...kept];
  const child = spawn(command, words, { stdio: "ignore" });
  const probe = new Redis(port, host, { maxRetriesPerRequest: null, retryStrategy: () => 30 });
  probe.on("error", () => undefined);
  try {
    await probe.ping();
  } finally {
    probe.disconnect();
  }
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
