// A Redis that can be cut off: by a network namespace of its own, where one may be made, and else by stopping its process.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis, type TestRedis } from "../../src-main/queue/testing/redis-server.ts";

export interface CutRedis extends TestRedis {
  readonly how: string;
  readonly cut: (milliseconds: number) => Promise<void>;
}

/** A network of two addresses, kept for private use (RFC 1918): of this process alone, so that several may run side by side. */
const HERE = addressOf(1);
const THERE = addressOf(2);
const NAMESPACE = /^reneg(\d+)\b/;

export async function startCutRedis(): Promise<CutRedis> {
  dropLeftovers();
  const name = `reneg${process.pid}`;
  const link = `rn${process.pid}`;
  if (!makeNamespace(name, link)) {
    const redis = await startRedis();
    return {
      ...redis,
      how: "SIGSTOP",
      async cut(milliseconds) {
        process.kill(redis.pid(), "SIGSTOP");
        await sleep(milliseconds);
        process.kill(redis.pid(), "SIGCONT");
      },
    };
  }
  const redis = await startRedis({ host: THERE, prefix: ["ip", "netns", "exec", name] });
  return {
    ...redis,
    how: "a link that is down",
    async cut(milliseconds) {
      ip("link", "set", link, "down");
      await sleep(milliseconds);
      ip("link", "set", link, "up");
    },
    async stop() {
      await redis.stop();
      ip("netns", "delete", name);
    },
  };
}

/** Networks of four addresses each, by the process's number. */
function addressOf(place: 1 | 2): string {
  return `10.213.${(process.pid >> 6) & 255}.${(process.pid & 63) * 4 + place}`;
}

/** Namespaces of processes that were killed: their links would lead nowhere. */
function dropLeftovers(): void {
  const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
  for (const line of (stdout ?? "").split("\n")) {
    const pid = NAMESPACE.exec(line)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) ip("netns", "delete", `reneg${pid}`);
  }
}

function makeNamespace(name: string, link: string): boolean {
  if (!ip("netns", "add", name)) return false;
  const isMade =
    ip("link", "add", link, "type", "veth", "peer", "name", `${link}p`, "netns", name) &&
    ip("address", "add", `${HERE}/30`, "dev", link) &&
    ip("link", "set", link, "up") &&
    ip("-n", name, "address", "add", `${THERE}/30`, "dev", `${link}p`) &&
    ip("-n", name, "link", "set", `${link}p`, "up");
  if (!isMade) ip("netns", "delete", name);
  return isMade;
}

function ip(...words: readonly string[]): boolean {
  return spawnSync("ip", words, { stdio: "ignore" }).status === 0;
}
