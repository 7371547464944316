// A run with workers that are not like its coordinator: one of another version, which must be refused by name, and two whose clocks are ten
// minutes ahead and behind, which must neither lose nor double a piece, live as long as they live, and be dead when they are.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { queueReport } from "../../src-main/common/queue/job.ts";
import { installOtherVersion, type OtherVersion } from "./other-version.ts";
import { sendSignal } from "./process-table.ts";
import { reneg, type RenegPlace, type RunningCommand, startReneg, untilFound } from "./reneg-command.ts";
import { differencesOf, type Reference, wordsToGoOn } from "./small-run.ts";
import type { Tally } from "./tally.ts";

const OFF_MS = 10 * 60_000;
const CLOCK = pathToFileURL(join(import.meta.dirname, "shifted-clock.mjs")).href;
/** Taken for dead after so long. */
const TIMEOUT_SECONDS = 4;
/** The whole of it: shorter than what the clocks are off, so that nobody can have waited for that. */
const LONGEST_MS = 300_000;
/** Pieces that the one ahead has taken when it is killed. */
const TAKEN_BEFORE = 3;

interface Setting {
  readonly reference: Reference;
  readonly folder: string;
  readonly url: string;
  readonly count: Tally["count"];
}

export async function meetStrangeWorkers({ reference, folder, url, count }: Setting): Promise<void> {
  const begin = performance.now();
  const version = installOtherVersion(join(folder, "other-version"));
  const start = (name: string, place: RenegPlace): RunningCommand =>
    startReneg(["worker", "--queue", url, "--token", "secret", "--name", name, "--device", "cpu"], folder, place);
  const old = start("old", { launcher: version.launcher });
  const ahead = start("ahead", off(OFF_MS));
  const behind = start("behind", off(-OFF_MS));
  const crew = [old, ahead, behind];
  try {
    for (const worker of crew)
      await untilFound(worker, () => worker.stderr().includes("waiting for pieces") || undefined);
    const run = join(folder, "strange");
    const words = ["--workers", url, "--token", "secret", "--worker-timeout", `${TIMEOUT_SECONDS}`];
    const coordinator = startReneg([...wordsToGoOn(reference, run), ...words], folder);
    await untilFound(coordinator, () => linesOf(ahead, "taken").length >= TAKEN_BEFORE || undefined);
    count("clocks ten minutes ahead and behind, told as alive", await faultsOfReport(url, folder));
    sendSignal(-ahead.pid, "SIGKILL");
    crew.push(start("ahead-again", off(OFF_MS)));
    const { how, stderr } = await coordinator.ended;
    const faults = how === 0 ? await differencesOf(run, reference) : [`it ended with ${how}: ${stderr.slice(-3000)}`];
    count("runs with them, the one ahead killed, until done", faults);
    count("worker of another version, refused by name", faultsOfRefusal(version, old, stderr));
    count("clocks ten minutes off: pieces done twice, or taken from who lives", [
      ...faultsOfPieces(crew),
      ...(performance.now() - begin < LONGEST_MS ? [] : ["it took as long as clocks are off"]),
    ]);
  } finally {
    for (const { pid } of crew) sendSignal(-pid, "SIGKILL");
    await Promise.all(crew.map(({ ended }) => ended));
  }
}

function off(milliseconds: number): RenegPlace {
  return { env: { NODE_OPTIONS: `--import=${CLOCK}?ms=${milliseconds}` } };
}

/** Pieces of which a worker has printed so. */
function linesOf({ stderr }: RunningCommand, what: "taken" | "done" | "lost"): string[] {
  return [...stderr().matchAll(new RegExp(`, piece (\\S+): ${what}$`, "gm"))].flatMap(([, piece]) => piece ?? []);
}

async function faultsOfReport(url: string, folder: string): Promise<string[]> {
  const { how, stdout, stderr } = await reneg(["queue", "--queue", url, "--json"], folder);
  if (how !== 0) return [`reneg queue ended with ${how}: ${stderr}`];
  const { workers } = queueReport.parse(JSON.parse(stdout));
  return ["ahead", "behind"].flatMap((name) => {
    const found = workers.find((worker) => worker.name === name);
    if (found === undefined) return [`${name} is not told as alive`];
    return found.seconds * 1000 < OFF_MS / 2 ? [] : [`${name} is told to be here for ${found.seconds} s`];
  });
}

function faultsOfRefusal({ own, other }: OtherVersion, old: RunningCommand, coordinator: string): string[] {
  const why = `it is of version ${other}, and the job of ${own}`;
  const told = coordinator.split(`worker old takes no part: ${why}\n`).length - 1;
  return [
    ...(told === 1 ? [] : [`the coordinator has told ${told} times that: ${why}`]),
    ...(old.stderr().includes(`: ${why}`) ? [] : [`the worker has not told that: ${why}`]),
    ...linesOf(old, "taken").map((piece) => `it has taken ${piece}`),
  ];
}

/** Each name that a piece is handed out by is done once: a slow one is handed out anew by another name, and the first answer counts. */
function faultsOfPieces(workers: readonly RunningCommand[]): string[] {
  const done = workers.flatMap((worker) => linesOf(worker, "done"));
  const lost = workers.flatMap((worker) => linesOf(worker, "lost"));
  const isAnsweredOtherwise = (piece: string): boolean =>
    done.some((other) => other !== piece && withoutCopy(other) === withoutCopy(piece));
  return [
    ...done.filter((piece, i) => done.indexOf(piece) !== i).map((piece) => `${piece} was done twice`),
    ...lost
      .filter((piece) => !isAnsweredOtherwise(piece))
      .map((piece) => `${piece} was taken from a worker that lives`),
  ];
}

function withoutCopy(piece: string): string {
  return piece.replace(/\.copy-\d+$/, "");
}
