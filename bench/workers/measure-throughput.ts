// What one and two real workers get done on this machine, each kept to one core: a short training on the embedded pipeline.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { readMetrics } from "../../src-main/learning/run-metrics.ts";
import { startRedis } from "../../src-main/queue/testing/redis-server.ts";

export interface Throughput {
  readonly workers: number;
  readonly pieces: number;
  readonly seconds: number;
}

const RECIPE = {
  prompts: ["a red apple", "a rocket", "a green leaf"],
  steps: 12,
  batch: 8,
  microBatch: 1,
  seed: 5,
  sampler: { steps: 8, lastSteps: 2 },
  previews: { every: 0 },
};
/** Workers load what they need in the first steps. */
const LEFT_OUT = 2;
const COMMAND = join(import.meta.dirname, "../../src-main/cli/reneg.mjs");

export async function measureThroughput(): Promise<Throughput[]> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-throughput-"));
  const recipe = join(folder, "recipe.json");
  writeFileSync(recipe, JSON.stringify(RECIPE));
  const counts = availableParallelism() > 1 ? [1, 2] : [1];
  try {
    const found: Throughput[] = [];
    for (const workers of counts) found.push(await measure(workers, recipe, join(folder, `run-${workers}`)));
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(workers: number, recipe: string, run: string): Promise<Throughput> {
  const redis = await startRedis();
  const crew = Array.from({ length: workers }, (_, core) => {
    const words = [COMMAND, "worker", "--queue", redis.url, "--name", `core-${core}`, "--device", "cpu"];
    const [command = "", ...rest] = pinned(core, [process.execPath, ...words]);
    return spawn(command, rest, { stdio: "ignore" });
  });
  try {
    process.stderr.write(`${workers} real workers\n`);
    const words = ["train", recipe, "--out", run, "--device", "cpu", "--workers", redis.url];
    const child = spawn(process.execPath, [COMMAND, ...words], { stdio: ["ignore", "ignore", "inherit"] });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`the training ended with ${code}`);
    const steps = readMetrics(run).slice(LEFT_OUT);
    return {
      workers,
      pieces: steps.length * RECIPE.batch,
      seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  } finally {
    for (const worker of crew) worker.kill("SIGINT");
    for (const worker of crew) if (worker.exitCode === null) await once(worker, "exit");
    await redis.stop();
  }
}

/** Elsewhere than on Linux the system places processes as it likes. */
function pinned(core: number, command: readonly string[]): readonly string[] {
  const hasTaskset = spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;
  return hasTaskset ? ["taskset", "-c", `${core}`, ...command] : command;
}
