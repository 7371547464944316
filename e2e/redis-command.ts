// The Redis that workers meet over: that of the system.

import { spawnSync } from "node:child_process";

export const NO_REDIS =
  "redis-server is not installed, so no workers are tested: Debian has it as redis-server, and .ci/run fails without it";

export function hasRedis(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}
