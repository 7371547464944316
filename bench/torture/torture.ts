// `npm run torture -- PART [N]`: kills, fills, stops and lies to the program, and says what it has done about it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Outcome } from "./part.ts";
import { PARTS } from "./parts.ts";
import { countOf, printOutcomes, type PartOutcome } from "./print-outcomes.ts";

interface Wanted {
  readonly names: readonly string[];
  readonly amount: number | undefined;
  readonly seed: number;
  readonly isSmall: boolean;
  /** Where the counts are written as JSON. */
  readonly report: string | undefined;
}

const WRONG_USE = 2;

const wanted = readArguments();
if (wanted !== null) process.exitCode = (await torture(wanted)) ? 0 : 1;

async function torture(asked: Wanted): Promise<boolean> {
  const outcomes: PartOutcome[] = [];
  for (const name of asked.names) outcomes.push(await runPart(name, asked));
  console.log(printOutcomes(outcomes));
  const counts = countOf(outcomes);
  if (asked.report !== undefined)
    writeFileSync(asked.report, `${JSON.stringify({ ...counts, seed: asked.seed, parts: outcomes }, null, 2)}\n`);
  return counts.failed === 0;
}

async function runPart(name: string, { amount: given, seed, isSmall }: Wanted): Promise<PartOutcome> {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`there is no part ${name}`);
  const amount = given ?? (isSmall ? part.amount?.small : part.amount?.whole) ?? 0;
  const folder = mkdtempSync(join(tmpdir(), `reneg-torture-${name}-`));
  const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  const words = [name, ...(part.amount === undefined ? [] : [amount]), "--seed", seed, ...(isSmall ? ["--small"] : [])];
  const repeat = `npm run torture -- ${words.join(" ")}`;
  say(`begins; the same again: ${repeat}`);
  const start = performance.now();
  const outcome = await outcomeOf(() => part.run({ seed, amount, isSmall, folder, say }));
  const failed = outcome.rows.some(({ faults }) => faults.length > 0);
  if (failed) say(`what is left of it is in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  const seconds = Math.round((performance.now() - start) / 1000);
  say(`${failed ? "FAILED" : "passed"} in ${seconds} s`);
  return { part: name, seconds, repeat, ...outcome };
}

/** One part that breaks hides nothing of the others, and counts as a fault. */
async function outcomeOf(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { rows: [{ what: "the whole part", tried: 1, faults: [describe(error)] }] };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** @returns `null` after telling how it is used */
function readArguments(): Wanted | null {
  const { values, positionals } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      small: { type: "boolean", default: false },
      report: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  const [name = "", number, ...rest] = positionals;
  const names = name === "all" ? Object.keys(PARTS) : [name].filter((one) => Object.hasOwn(PARTS, one));
  const takesNumber = number === undefined || PARTS[name]?.amount !== undefined;
  const isRight = names.length > 0 && takesNumber && rest.length === 0;
  const numbers = [number ?? "1", values.seed].every((text) => /^\d{1,9}$/.test(text));
  if (isRight && numbers && !values.help) {
    const amount = number === undefined ? undefined : Number(number);
    return { names, amount, seed: Number(values.seed), isSmall: values.small, report: values.report };
  }
  (values.help ? console.log : console.error)(usage());
  process.exitCode = values.help ? 0 : WRONG_USE;
  return null;
}

function usage(): string {
  const lines = Object.entries(PARTS).map(([name, { amount, summary }]) => {
    const words = amount === undefined ? name : `${name} [${amount.of.toUpperCase()}]`;
    return `  ${words.padEnd(18)}${summary}${amount === undefined ? "" : ` Without a number: ${amount.whole}.`}`;
  });
  return [
    "npm run torture -- PART [N] [--seed N] [--small] [--report FILE]",
    "",
    "Parts:",
    ...lines,
    `  ${"all".padEnd(18)}All of them, one after the other.`,
    "",
    "--seed N       Repeats a run: what is drawn by lot is drawn from it (1 unless told).",
    "--small        A sample of each part, together a minute and a half on two cores.",
    "--report FILE  Writes counts, figures and faults as JSON.",
    "",
    "The exit code is 1 if the program has shown a fault, and 2 for wrong use.",
  ].join("\n");
}
