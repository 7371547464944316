// `workers N`: a run whose micro-batches three workers compute, and signals at random moments to workers and coordinator, while Redis is
// restarted with its data and without, and once cut off the network. What is learned must be what one process learns, bit by bit. Then the same
// with workers of another version and with clocks that are off.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasRedisServer, NO_REDIS } from "../../src-main/queue/testing/redis-server.ts";
import { type RandomIntegers } from "../../src-main/weights/testing/mutate.ts";
import { type CutRedis, startCutRedis } from "./cut-redis.ts";
import type { Part, TortureContext } from "./part.ts";
import { engineOf, leftOf, sendSignal } from "./process-table.ts";
import { createRandom, pick } from "./random.ts";
import { type RunningCommand, startReneg } from "./reneg-command.ts";
import { differencesOf, learnInPeace, type Reference, SMALL_RECIPE, wordsToGoOn } from "./small-run.ts";
import { meetStrangeWorkers } from "./strange-workers.ts";
import { createTally, type Tally } from "./tally.ts";

/** Steps of many small pieces, so that most signals meet some in work. */
const RECIPE = {
  ...SMALL_RECIPE,
  steps: 24,
  batch: 4,
  microBatch: 1,
  previews: { every: 0 },
  checkpoints: { every: 1, keep: 2 },
};

const WORKERS = 3;
/** Kills for each restart of Redis. */
const KILLS_PER_RESTART = 4;
/** Between two disturbances: longer than a worker takes to come up. */
const LONGEST_PAUSE_MS = 6000;
const ENDS_WITHIN_MS = 60_000;
const CUT_MS = { whole: 60_000, small: 3000 } as const;
/** Workers that are silent for so long are taken for dead. */
const TIMEOUT_SECONDS = 4;

const TARGETS = ["worker", "worker's supervisor", "worker's engine", "coordinator"] as const;
type Target = (typeof TARGETS)[number];

export const workers: Part = {
  summary: "Kills of workers and coordinator, restarts and a cut of Redis; bits as of one process.",
  amount: { of: "kills", whole: 20, small: 2 },
  async run({ seed, amount, folder, say, isSmall }) {
    if (process.platform !== "linux") return { rows: [], skipped: "it finds processes and groups as Linux tells them" };
    if (!hasRedisServer()) return { rows: [], skipped: NO_REDIS };
    const reference = await learnInPeace(folder, isSmall ? { ...RECIPE, steps: 6 } : RECIPE);
    const redis = await startCutRedis();
    const tally = createTally();
    try {
      const crew = createCrew(folder, redis.url);
      try {
        await killAndCut({ seed, amount, folder, say, isSmall }, { reference, redis, crew, tally });
      } finally {
        for (const fault of await crew.leave()) tally.count("workers that leave", [fault]);
      }
      await meetStrangeWorkers({ reference, folder, url: redis.url, count: tally.count });
    } finally {
      await redis.stop();
    }
    return { rows: tally.rows() };
  },
};

interface Scene {
  readonly reference: Reference;
  readonly redis: CutRedis;
  readonly crew: Crew;
  readonly tally: Tally;
}

async function killAndCut(
  { seed, amount, folder, say, isSmall }: TortureContext,
  { reference, redis, crew, tally }: Scene,
): Promise<void> {
  const random = createRandom(seed);
  for (let sent = 0, i = 0; sent < amount; i++) {
    const run = join(folder, `run-${i}`);
    const coordination = coordinate(reference, run, folder, redis.url);
    while (sent < amount && !coordination.isDone()) {
      await sleep(500 + random(LONGEST_PAUSE_MS));
      if (sent % KILLS_PER_RESTART === KILLS_PER_RESTART - 1) await disturbRedis(redis, sent, tally.count);
      if (sent === KILLS_PER_RESTART || (isSmall && sent === 0)) {
        await redis.cut(isSmall ? CUT_MS.small : CUT_MS.whole);
        tally.count(`Redis cut off by ${redis.how}`, []);
      }
      const target = pick(TARGETS, random);
      const isSent = target === "coordinator" ? coordination.kill() : crew.kill(target, random);
      if (!isSent) continue;
      sent += 1;
      tally.count(`SIGKILL to the ${target}`, []);
      say(`${sent} of ${amount} kills, run ${i + 1}`);
    }
    tally.count("runs, until done", await coordination.finish());
  }
}

async function disturbRedis(redis: CutRedis, sent: number, count: (what: string, faults: string[]) => void) {
  const withData = Math.floor(sent / KILLS_PER_RESTART) % 2 === 0;
  await redis.restart(withData, 500);
  count(`Redis killed and restarted ${withData ? "with its data" : "with nothing"}`, []);
}

interface Crew {
  readonly kill: (target: Exclude<Target, "coordinator">, random: RandomIntegers) => boolean;
  /** @returns faults of their ends */
  readonly leave: () => Promise<string[]>;
}

/** Three workers; who is killed is replaced. */
function createCrew(folder: string, url: string): Crew {
  let count = 0;
  const start = (): RunningCommand => {
    const words = [
      "worker",
      "--queue",
      url,
      "--token",
      "secret",
      "--name",
      `worker-${(count += 1)}`,
      "--device",
      "cpu",
    ];
    return startReneg(words, folder);
  };
  const crew = Array.from({ length: WORKERS }, start);
  return {
    kill(target, random) {
      const i = random(crew.length);
      const victim = crew[i];
      if (victim === undefined) return false;
      if (target === "worker's engine") {
        const engine = engineOf(victim.pid);
        return engine !== undefined && sendSignal(engine.pid, "SIGKILL");
      }
      crew[i] = start();
      // The engine of a supervisor that is gone ends by itself.
      return sendSignal(target === "worker" ? -victim.pid : victim.pid, "SIGKILL");
    },
    async leave() {
      const ends = crew.map(async ({ pid, ended }): Promise<string[]> => {
        sendSignal(pid, "SIGINT");
        const { how, stderr } = await ended;
        const left = await leftOf(pid, ENDS_WITHIN_MS);
        // Whoever was started a moment ago, in place of one that was killed, does not listen to signals yet.
        const isNew = how === "SIGINT" && stderr === "";
        return [
          ...(how === 0 || isNew ? [] : [`a worker that was asked to leave ended with ${how}: ${stderr.slice(-1500)}`]),
          ...left.map(({ command }) => `${command} was left behind`),
        ];
      });
      return (await Promise.all(ends)).flat();
    },
  };
}

interface Coordination {
  readonly isDone: () => boolean;
  /** It is started again at once. @returns false if it has ended by itself */
  readonly kill: () => boolean;
  /** @returns in what it differs from the run that nobody disturbed */
  readonly finish: () => Promise<string[]>;
}

function coordinate(reference: Reference, run: string, folder: string, url: string): Coordination {
  const start = (): RunningCommand => {
    const words = ["--workers", url, "--token", "secret", "--worker-timeout", `${TIMEOUT_SECONDS}`];
    const command = startReneg([...wordsToGoOn(reference, run), ...words], folder);
    void command.ended.then(() => (hasEnded = command === current));
    return command;
  };
  let hasEnded = false;
  let current = start();
  return {
    isDone: () => hasEnded,
    kill() {
      if (hasEnded || !sendSignal(-current.pid, "SIGKILL")) return false;
      // The lock of the run is taken over from whoever is gone.
      current = start();
      return true;
    },
    async finish() {
      const { how, stderr } = await current.ended;
      if (how !== 0) return [`the run ended with ${how}: ${stderr.slice(-3000)}`];
      return differencesOf(run, reference);
    },
  };
}
