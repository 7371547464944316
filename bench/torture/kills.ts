// `kills N`: signals at random moments to a run, its command or its engine; then the run is resumed until it is done.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RandomIntegers } from "../../src-main/weights/testing/mutate.ts";
import type { Part } from "./part.ts";
import { engineOf, leftOf, sendSignal } from "./process-table.ts";
import { createRandom, pick } from "./random.ts";
import { type CommandEnd, type RunningCommand, startReneg } from "./reneg-command.ts";
import { differencesOf, learnInPeace, type Reference, TWO_OPTIMIZERS, wordsToGoOn } from "./small-run.ts";
import { createTally } from "./tally.ts";

/** Of each run, so that some of what is resumed is disturbed again. */
const MOST_KILLS_OF_A_RUN = 3;
/** A run is taken until an engine whose parent was killed has finished its step. */
const ENDS_WITHIN_MS = 60_000;
const STOPPED_MS = 300;

const SIGNALS = ["SIGKILL", "SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGSTOP"] as const;
const TARGETS = ["group", "command", "engine"] as const;
type Signal = (typeof SIGNALS)[number];
type Target = (typeof TARGETS)[number];

/** What a shell is told of a command that was asked to end. */
const INTERRUPTED: Readonly<Partial<Record<Signal, number>>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

interface Kill {
  readonly signal: Signal;
  readonly target: Target;
  /** Lines of progress before it. */
  readonly lines: number;
  /** And so long after the last of them. */
  readonly milliseconds: number;
}

export const kills: Part = {
  summary: "Signals at random moments to a run, its command or its engine; resumed until done.",
  amount: { of: "kills", whole: 100, small: 4 },
  async run({ seed, amount, folder, say }) {
    if (process.platform !== "linux") return { rows: [], skipped: "it finds processes and groups as Linux tells them" };
    const references = [
      { reference: await learnInPeace(folder), what: "runs" },
      { reference: await learnInPeace(folder, TWO_OPTIMIZERS, "two-optimizers"), what: "runs of two optimizers" },
    ] as const;
    const tally = createTally();
    let sent = 0;
    for (let i = 0; sent < amount; i++) {
      const random = createRandom(seed * 1000 + i);
      const { reference, what } = pick(references, random);
      const planned = Array.from({ length: Math.min(1 + random(MOST_KILLS_OF_A_RUN), amount - sent) }, () =>
        drawKill(reference, random),
      );
      const run = join(folder, `run-${i}`);
      for (const kill of planned) {
        const faults = await disturb(reference, run, folder, kill);
        if (faults === null) continue;
        sent += 1;
        tally.count(`${kill.signal}${kill.signal === "SIGSTOP" ? ", SIGCONT" : ""} to the ${kill.target}`, faults);
      }
      tally.count(`${what}, resumed until done`, await finish(reference, run, folder));
      say(`${sent} of ${amount} signals, ${i + 1} runs`);
    }
    return { rows: tally.rows() };
  },
};

function drawKill({ lines, seconds }: Reference, random: RandomIntegers): Kill {
  return {
    signal: pick(SIGNALS, random),
    target: pick(TARGETS, random),
    lines: random(lines),
    milliseconds: random(Math.round((seconds * 1000) / lines)),
  };
}

/** @returns what was wrong; `null`: it ended before the signal's moment had come */
async function disturb(reference: Reference, run: string, folder: string, kill: Kill): Promise<string[] | null> {
  const command = startReneg(wordsToGoOn(reference, run), folder);
  await command.untilLines(kill.lines);
  await sleep(kill.milliseconds);
  const isSent = await send(command, kill);
  const end = await command.ended;
  const left = await leftOf(command.pid, ENDS_WITHIN_MS);
  const faults = left.map((one) => `${one.command} was left behind`);
  if (!isSent) return faults.length > 0 ? faults : null;
  return [...faults, ...faultsOfEnd(end, kill)];
}

async function send({ pid }: RunningCommand, { signal, target }: Kill): Promise<boolean> {
  const to = target === "group" ? -pid : target === "command" ? pid : engineOf(pid)?.pid;
  if (to === undefined || !sendSignal(to, signal)) return false;
  if (signal !== "SIGSTOP") return true;
  await sleep(STOPPED_MS);
  return sendSignal(to, "SIGCONT");
}

function faultsOfEnd({ how, stderr }: CommandEnd, { signal, target, lines, milliseconds }: Kill): string[] {
  const isExpected = how === 0 || how === signal || how === INTERRUPTED[signal] || (how === 1 && target !== "command");
  const when = `after ${lines} lines and ${milliseconds} ms`;
  const ended = isExpected ? [] : [`${signal} to the ${target} ${when}: the command ended with ${how}: ${stderr}`];
  return [...ended, ...traces(stderr)];
}

/** A stack trace is a fault of the program, whatever was done to it. */
function traces(stderr: string): string[] {
  return /^\s+at .*\.ts:\d+/m.test(stderr) ? [`a stack trace was printed: ${stderr.slice(-1500)}`] : [];
}

async function finish(reference: Reference, run: string, folder: string): Promise<string[]> {
  const command = startReneg(wordsToGoOn(reference, run), folder);
  const { how, stderr } = await command.ended;
  const left = await leftOf(command.pid, ENDS_WITHIN_MS);
  if (how !== 0) return [`${run} cannot be resumed: it ended with ${how}: ${stderr}`];
  return [...left.map((one) => `${one.command} was left behind`), ...(await differencesOf(run, reference))];
}
