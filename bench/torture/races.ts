// `races`: two programs that want the same folder. One has it, the other is told who; a holder that sleeps keeps it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inLanes } from "./lanes.ts";
import type { Part } from "./part.ts";
import { engineOf, leftOf, sendSignal } from "./process-table.ts";
import { createRandom } from "./random.ts";
import { type CommandEnd, type RunningCommand, reneg, startReneg, untilFound } from "./reneg-command.ts";
import { differencesOf, learnInPeace, type Reference, wordsToGoOn } from "./small-run.ts";
import { createTally } from "./tally.ts";

const ENDS_WITHIN_MS = 60_000;
/** As a laptop sleeps; in the small form long enough for a check that goes by the clock alone to be caught only by chance. */
const ASLEEP_MS = { whole: 60_000, small: 2_000 };
const LANES = 2;
/** A second command is begun within so long after the first one. */
const BESIDE_MS = 400;

interface Race {
  readonly reference: Reference;
  readonly folder: string;
  readonly asleepMs: number;
  /** Milliseconds between two beginnings. */
  readonly apart: number;
}

const RACES: Readonly<Record<string, (race: Race, name: string) => Promise<string[]>>> = {
  "two trainings in one folder": twoTrainings,
  "two resumes of a killed run": twoResumes,
  "a resume while the holder sleeps": resumeAsleep,
  "two servers on one home, the first asleep": twoServers,
};

export const races: Part = {
  summary: "Two trainings, resumes and servers in one folder, also while the holder sleeps.",
  amount: { of: "rounds", whole: 5, small: 1 },
  async run({ seed, amount, isSmall, folder, say }) {
    if (process.platform !== "linux") return { rows: [], skipped: "it finds processes and groups as Linux tells them" };
    const reference = await learnInPeace(folder);
    const tally = createTally();
    const random = createRandom(seed);
    const planned = Array.from({ length: amount }, (_, round) =>
      Object.keys(RACES).map((what) => ({ round, what, apart: random(BESIDE_MS) })),
    ).flat();
    // While the holders of one lane sleep, the other one races.
    await inLanes(planned, LANES, async ({ round, what, apart }) => {
      // A minute is slept once: that it is kept longer than some seconds does not depend on chance.
      const asleepMs = isSmall || round > 0 ? ASLEEP_MS.small : ASLEEP_MS.whole;
      const name = `${round}-${what.replaceAll(/\W+/g, "-")}`;
      tally.count(
        what,
        (await RACES[what]?.({ reference, folder, asleepMs, apart }, name)) ?? ["there is no such race"],
      );
      say(`round ${round + 1} of ${amount}: ${what}`);
    });
    return { rows: tally.rows() };
  },
};

async function twoTrainings({ reference, folder, apart }: Race, name: string): Promise<string[]> {
  const run = join(folder, name);
  const words = wordsToGoOn(reference, run);
  return [...(await raceOf(words, folder, apart)), ...(await differencesOf(run, reference))];
}

async function twoResumes({ reference, folder, apart }: Race, name: string): Promise<string[]> {
  const run = join(folder, name);
  await killInTheMiddle(reference, run, folder);
  const words = wordsToGoOn(reference, run);
  return [...(await raceOf(words, folder, apart)), ...(await differencesOf(run, reference))];
}

/** One is done, the other one refused, and told by whom. */
async function raceOf(words: readonly string[], folder: string, apart: number): Promise<string[]> {
  const first = startReneg(words, folder);
  await sleep(apart);
  const second = startReneg(words, folder);
  const engines = Promise.all([engineSoon(first), engineSoon(second)]);
  const ends = await Promise.all([first.ended, second.ended]);
  const done = ends.filter(({ how }) => how === 0).length;
  const refused = ends.flatMap((end, i) => (end.how === 0 ? [] : [{ end, other: 1 - i }]));
  const [pids] = [await engines];
  return [
    ...(done === 1 ? [] : [`${done} of 2 were done: ${ends.map(({ stderr }) => stderr).join("\n")}`]),
    ...refused.flatMap(({ end, other }) => faultsOfRefusal(end, pids[other])),
  ];
}

async function resumeAsleep({ reference, folder, asleepMs }: Race, name: string): Promise<string[]> {
  const run = join(folder, name);
  const holder = startReneg(wordsToGoOn(reference, run), folder);
  await untilThere(join(run, "metrics.jsonl"), holder);
  const engine = await engineSoon(holder);
  sendSignal(-holder.pid, "SIGSTOP");
  await sleep(asleepMs);
  const other = await reneg(wordsToGoOn(reference, run), folder);
  sendSignal(-holder.pid, "SIGCONT");
  const { how, stderr } = await holder.ended;
  return [
    ...faultsOfRefusal(other, engine),
    ...(how === 0 ? [] : [`the holder ended with ${how}: ${stderr}`]),
    ...(await differencesOf(run, reference)),
  ];
}

async function twoServers({ folder, asleepMs }: Race, name: string): Promise<string[]> {
  const words = ["serve", "--port", "0", "--home", join(folder, name)];
  const first = startReneg(words, folder);
  await untilServing(first);
  const awake = await reneg(words, folder);
  sendSignal(-first.pid, "SIGSTOP");
  await sleep(asleepMs);
  const asleep = await reneg(words, folder);
  sendSignal(-first.pid, "SIGCONT");
  sendSignal(first.pid, "SIGTERM");
  const ended = await first.ended;
  const left = await leftOf(first.pid, ENDS_WITHIN_MS);
  const next = startReneg(words, folder);
  await untilServing(next);
  const isServing = next.stdout().includes("http:");
  sendSignal(next.pid, "SIGTERM");
  await next.ended;
  return [
    ...faultsOfRefusal(awake, first.pid),
    ...faultsOfRefusal(asleep, first.pid),
    ...(ended.how === 0 ? [] : [`the first server ended with ${ended.how}: ${ended.stderr}`]),
    ...left.map(({ command }) => `${command} was left behind`),
    ...(isServing ? [] : [`the next server does not serve: ${next.stderr()}`]),
    ...(existsSync(join(folder, name, "lock")) ? ["a lock was left behind"] : []),
  ];
}

function faultsOfRefusal({ how, stderr }: CommandEnd, holder: number | undefined): string[] {
  const isNamed = holder !== undefined && stderr.includes(`process ${holder}`);
  return how === 1 && isNamed
    ? []
    : [`it was not told that process ${holder} has the folder: it ended with ${how}: ${stderr}`];
}

async function killInTheMiddle(reference: Reference, run: string, folder: string): Promise<void> {
  const command = startReneg(wordsToGoOn(reference, run), folder);
  await untilThere(join(run, "metrics.jsonl"), command);
  sendSignal(-command.pid, "SIGKILL");
  await command.ended;
  await leftOf(command.pid, ENDS_WITHIN_MS);
}

/** Whose number the lock of a run tells: it is the engine that writes in it. */
async function engineSoon(command: RunningCommand): Promise<number | undefined> {
  return untilFound(command, () => engineOf(command.pid)?.pid);
}

async function untilThere(file: string, command: RunningCommand): Promise<void> {
  await untilFound(command, () => existsSync(file) || undefined);
}

async function untilServing(command: RunningCommand): Promise<void> {
  await untilFound(command, () => command.stdout().includes("http:") || undefined);
}
