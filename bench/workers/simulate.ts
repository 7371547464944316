// Steps of data-parallel learning in which nothing is computed: pieces sleep, and parameters and gradients of real size go through Redis.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { JobTicket } from "../../src-main/common/queue/job.ts";
import type { AskedPiece } from "../../src-main/queue/coordinator/asked-piece.ts";
import { type Coordinator, openCoordinator } from "../../src-main/queue/coordinator/coordinator.ts";
import { openQueue } from "../../src-main/queue/open-queue.ts";
import { hashOf } from "../../src-main/queue/sign.ts";
import { readFigures } from "../../src-main/queue/testing/redis-figures.ts";
import { startRedis } from "../../src-main/queue/testing/redis-server.ts";
import { type ProcessorUse, readUse } from "./processor-use.ts";

export interface SimulationOptions {
  readonly workers: number;
  /** Of a piece. */
  readonly seconds: number;
  readonly steps: number;
}

export interface Simulated {
  readonly workers: number;
  /** Of a step. */
  readonly pieces: number;
  readonly idealSeconds: number;
  readonly stepSeconds: number;
  readonly efficiency: number;
  readonly commandsPerSecond: number;
  /** Through Redis, both ways. */
  readonly bytesPerSecond: number;
  readonly coordinator: Shares;
  readonly redis: Shares;
  /** Of all processes that simulate workers together. */
  readonly simulator: Shares;
}

/** Of the time that it took. */
interface Shares {
  /** Of a core. */
  readonly busy: number;
  /** Ready to work, and without a core: other processes had them. */
  readonly waited: number;
}

/** A negative embedding of Stable Diffusion 1.5: 77 × 768 floats, of which an answer is the gradient. */
const PARAMETER_BYTES = 77 * 768 * 4;
const PIECES_PER_WORKER = 2;
const WORKERS_PER_PROCESS = 128;
const SLEEPERS = join(import.meta.dirname, "sleepers.ts");
const JOB = {
  kind: "learning",
  title: "simulation",
  version: "1",
  device: "cpu",
  models: [],
  files: [],
  silenceMs: 15_000,
} as const satisfies Partial<JobTicket>;

export async function simulate({ workers, seconds, steps }: SimulationOptions): Promise<Simulated> {
  const redis = await startRedis();
  const sleepers = await startSleepers(redis.url, workers, seconds);
  try {
    const queue = await openQueue(redis.url, ({ message }) => console.error(message));
    const coordinator = await openCoordinator(queue, {
      job: JOB,
      token: "",
      warn: async ({ message }) => console.error(message),
      signal: new AbortController().signal,
    });
    const pieces = PIECES_PER_WORKER * workers;
    // The first finds connections that are not warm.
    await takeStep(coordinator, 0, pieces);
    const look = () => ({
      coordinator: readUse(process.pid),
      redis: readUse(redis.pid()),
      simulator: sumUse(sleepers.map(({ pid = 0 }) => pid)),
    });
    const [before, begun, begin] = [await readFigures(redis.url), look(), performance.now()];
    for (let i = 1; i <= steps; i++) await takeStep(coordinator, i, pieces);
    const took = (performance.now() - begin) / 1000;
    const [after, ended] = [await readFigures(redis.url), look()];
    await coordinator.close();
    await queue.close();
    const idealSeconds = PIECES_PER_WORKER * seconds;
    return {
      workers,
      pieces,
      idealSeconds,
      stepSeconds: took / steps,
      efficiency: (idealSeconds * steps) / took,
      commandsPerSecond: (after.commands - before.commands) / took,
      bytesPerSecond: (after.bytes - before.bytes) / took,
      coordinator: sharesOf(begun.coordinator, ended.coordinator, took),
      redis: sharesOf(begun.redis, ended.redis, took),
      simulator: sharesOf(begun.simulator, ended.simulator, took),
    };
  } finally {
    for (const sleeper of sleepers) sleeper.send("leave");
    await Promise.all(sleepers.map((sleeper) => once(sleeper, "exit")));
    await redis.stop();
  }
}

async function startSleepers(url: string, workers: number, seconds: number): Promise<ChildProcess[]> {
  const count = Math.ceil(workers / WORKERS_PER_PROCESS);
  const started = Array.from({ length: count }, (_, i) => {
    const first = i * WORKERS_PER_PROCESS;
    const words = [url, first, Math.min(WORKERS_PER_PROCESS, workers - first), seconds].map(String);
    return fork(SLEEPERS, words, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  });
  await Promise.all(started.map((child) => once(child, "message")));
  return started;
}

async function takeStep(coordinator: Coordinator, step: number, pieces: number): Promise<void> {
  const parameters = await coordinator.publish(Buffer.alloc(PARAMETER_BYTES, step));
  const program = hashOf("p");
  const asked = Array.from({ length: pieces }, (_, first): AskedPiece => {
    return {
      name: `${step}.u.${first}`,
      work: { kind: "gradient", program, cuts: {}, update: "u", step, first, parameters },
    };
  });
  await coordinator.carryOut(asked, { read: (bytes) => bytes.length, onAnswer: () => undefined });
  await coordinator.takeBack(parameters);
}

function sumUse(pids: readonly number[]): ProcessorUse {
  const all = pids.map(readUse);
  return {
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    waited: all.reduce((sum, { waited }) => sum + waited, 0),
  };
}

function sharesOf(before: ProcessorUse, after: ProcessorUse, took: number): Shares {
  return { busy: (after.seconds - before.seconds) / took, waited: (after.waited - before.waited) / took };
}
