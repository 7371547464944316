// Steps of data-parallel learning in which nothing is computed: pieces sleep, and parameters and gradients of real size go through Redis.

import { setTimeout as sleep } from "node:timers/promises";
import type { JobTicket } from "../../src-main/common/queue/job.ts";
import type { AskedPiece } from "../../src-main/queue/coordinator/asked-piece.ts";
import { openCoordinator } from "../../src-main/queue/coordinator/coordinator.ts";
import { openQueue } from "../../src-main/queue/open-queue.ts";
import { hashOf } from "../../src-main/queue/sign.ts";
import { readFigures } from "../../src-main/queue/testing/redis-figures.ts";
import { startRedis } from "../../src-main/queue/testing/redis-server.ts";
import { SMALL_ABOUT } from "../../src-main/queue/testing/small-job.ts";
import { serveQueue } from "../../src-main/queue/worker/serve-queue.ts";

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
  /** Of a core. */
  readonly redisShare: number;
  readonly ownShare: number;
}

/** A negative embedding of Stable Diffusion 1.5: 77 × 768 floats, of which an answer is the gradient. */
const PARAMETER_BYTES = 77 * 768 * 4;
const PIECES_PER_WORKER = 2;
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
  const leaving = new AbortController();
  const served: Promise<void>[] = [];
  try {
    for (let i = 0; i < workers; i++)
      served.push(startSleeper(await open(redis.url), `worker-${i}`, seconds, leaving.signal));
    const queue = await open(redis.url);
    const coordinator = await openCoordinator(queue, {
      job: JOB,
      token: "",
      warn: async () => undefined,
      signal: new AbortController().signal,
    });
    const pieces = PIECES_PER_WORKER * workers;
    const step = async (number: number): Promise<void> => {
      const parameters = await coordinator.publish(Buffer.alloc(PARAMETER_BYTES, number));
      const asked = Array.from({ length: pieces }, (_, first): AskedPiece => {
        const work = {
          kind: "gradient",
          program: hashOf("p"),
          cuts: {},
          update: "u",
          step: number,
          first,
          parameters,
        } as const;
        return { name: `${number}.u.${first}`, work };
      });
      await coordinator.carryOut(asked, { read: (bytes) => bytes.length, onAnswer: () => undefined });
      await coordinator.takeBack(parameters);
    };
    // The first finds connections that are not warm.
    await step(0);
    const [before, own, begin] = [await readFigures(redis.url), process.cpuUsage(), performance.now()];
    for (let i = 1; i <= steps; i++) await step(i);
    const took = (performance.now() - begin) / 1000;
    const [after, ownAfter] = [await readFigures(redis.url), process.cpuUsage(own)];
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
      redisShare: (after.seconds - before.seconds) / took,
      ownShare: (ownAfter.user + ownAfter.system) / 1e6 / took,
    };
  } finally {
    leaving.abort();
    await Promise.all(served);
    await redis.stop();
  }
}

function open(url: string) {
  return openQueue(url, (diagnostic) => process.stderr.write(`${diagnostic.message}\n`));
}

async function startSleeper(
  queue: Awaited<ReturnType<typeof open>>,
  name: string,
  seconds: number,
  leaving: AbortSignal,
): Promise<void> {
  try {
    await serveQueue(queue, {
      name,
      token: "",
      about: SMALL_ABOUT,
      judge: async () => null,
      async execute({ work }) {
        const parameters = work.kind === "gradient" ? await queue.blobs.get(work.parameters) : null;
        await sleep(seconds * 1000);
        // Each worker answers something else, as gradients do.
        const answer = Buffer.from(parameters ?? []);
        answer.write(`${name} ${JSON.stringify(work)}`);
        return { bytes: answer, warnings: [] };
      },
      leaving,
    });
  } finally {
    await queue.close();
  }
}
