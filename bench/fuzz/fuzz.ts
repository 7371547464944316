// `npm run fuzz -- [TARGET…]`: damages sound inputs of every reader, guided by the blocks that they reach, and says what it has shown.

import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inLanes } from "../torture/lanes.ts";
import { countOf, printOutcomes, type PartOutcome } from "../torture/print-outcomes.ts";
import type { Progress } from "./messages.ts";
import { runTarget } from "./run-target.ts";
import { TARGETS } from "./targets/index.ts";

interface Wanted {
  readonly names: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  readonly isBlind: boolean;
  readonly replay: string | null;
  readonly report: string | undefined;
}

const WRONG_USE = 2;
const USUAL_MINUTES = 1;
const SMALL_SECONDS = 1.5;
const LANES = Math.min(2, availableParallelism());
const FINDS = join(import.meta.dirname, "../../runs/fuzz");
const TOLD_EVERY_MS = 10_000;

const wanted = readArguments();
if (wanted !== null) process.exitCode = (await fuzz(wanted)) ? 0 : 1;

async function fuzz(asked: Wanted): Promise<boolean> {
  const outcomes = await inLanes(asked.names, LANES, (name) => fuzzTarget(name, asked));
  console.log(printOutcomes(outcomes));
  const counts = countOf(outcomes);
  if (asked.report !== undefined)
    writeFileSync(asked.report, `${JSON.stringify({ ...counts, seed: asked.seed, parts: outcomes }, null, 2)}\n`);
  return counts.failed === 0;
}

async function fuzzTarget(name: string, { seed, seconds, isBlind, replay }: Wanted): Promise<PartOutcome> {
  const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  const begin = performance.now();
  let next = begin + TOLD_EVERY_MS;
  const { last, finds } = await runTarget({
    target: name,
    seed,
    isBlind,
    replay,
    milliseconds: seconds * 1000,
    finds: FINDS,
    onProgress(progress) {
      if (performance.now() < next) return;
      next = performance.now() + TOLD_EVERY_MS;
      say(`${printProgress(progress)}; ${secondsLeft(begin, seconds)} s left`);
    },
    onRuntimeCrash: (ended) =>
      say(`the runtime broke, and not by the input in work; begun anew: ${ended.split("\n")[0] ?? ""}`),
    onFind: ({ what, file }) => say(`FOUND ${what.split("\n")[0] ?? ""}${file === null ? "" : `\n  saved as ${file}`}`),
  });
  const took = (performance.now() - begin) / 1000;
  say(`${finds.length === 0 ? "passed" : "FAILED"} after ${took.toFixed(1)} s: ${printProgress(last)}`);
  const faults = finds.map(({ what, file }) =>
    file === null ? what : `${what}\n    the same again: npm run fuzz -- ${name} --replay ${file}`,
  );
  const note = `${printProgress(last)}, ${Math.round(last.executions / took)} a second, the dearest ${Math.round(100 * last.dearest)} % of its budget`;
  // Every input is a try, and one that shows a fault failed.
  const row = { what: TARGETS[name]?.summary ?? name, tried: Math.max(last.executions, finds.length, 1), faults, note };
  const words = `${name} --minutes ${seconds / 60} --seed ${seed}`;
  return { part: name, seconds: Math.round(took), repeat: `npm run fuzz -- ${words}`, rows: [row] };
}

function secondsLeft(begin: number, seconds: number): number {
  return Math.max(0, Math.round(seconds - (performance.now() - begin) / 1000));
}

function printProgress({ executions, refused, reached, all, kept }: Progress): string {
  const percent = executions === 0 ? 0 : Math.round((100 * refused) / executions);
  return `${executions} inputs, ${percent} % refused, ${reached} of ${all} blocks, ${kept} kept`;
}

/** @returns `null` after telling how it is used */
function readArguments(): Wanted | null {
  const { values, positionals } = parseArgs({
    options: {
      minutes: { type: "string", default: String(USUAL_MINUTES) },
      seed: { type: "string", default: "1" },
      small: { type: "boolean", default: false },
      blind: { type: "boolean", default: false },
      replay: { type: "string" },
      report: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  const names = positionals.length === 0 ? Object.keys(TARGETS) : positionals;
  const areKnown = names.every((name) => Object.hasOwn(TARGETS, name));
  const areNumbers = /^\d{1,9}$/.test(values.seed) && Number(values.minutes) > 0;
  const isOne = values.replay === undefined || names.length === 1;
  if (areKnown && areNumbers && isOne && !values.help) {
    return {
      names,
      seconds: values.small ? SMALL_SECONDS : 60 * Number(values.minutes),
      seed: Number(values.seed),
      isBlind: values.blind,
      replay: values.replay === undefined ? null : resolve(values.replay),
      report: values.report,
    };
  }
  (values.help ? console.log : console.error)(usage());
  process.exitCode = values.help ? 0 : WRONG_USE;
  return null;
}

function usage(): string {
  return [
    "npm run fuzz -- [TARGET…] [--minutes N] [--seed N] [--small] [--blind] [--report FILE]",
    "npm run fuzz -- TARGET --replay FILE",
    "",
    "Targets, all of them unless some are named:",
    ...Object.entries(TARGETS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`),
    "",
    `--minutes N    For each target (${USUAL_MINUTES} unless told); ${LANES} are fuzzed at a time.`,
    "--seed N       What is drawn by lot is drawn from it (1 unless told).",
    `--small        ${SMALL_SECONDS} seconds for each target, as in .ci/run.`,
    "--blind        Keeps no input that reaches new blocks: to see what keeping them is worth.",
    "--replay FILE  Reads one saved input again.",
    "--report FILE  Writes counts, figures and faults as JSON.",
    "",
    "An input must be read or refused, within a time and a memory that grow with its size. One that is not is saved below runs/fuzz.",
    "The exit code is 1 if the program has shown a fault, and 2 for wrong use.",
  ].join("\n");
}
