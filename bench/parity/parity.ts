// `npm run parity [-- --json] [-- NAME…]`: every network, gradient, tokenizer and scheduler against the program it must agree with.

import { parseArgs } from "node:util";
import { type Check, allChecks } from "./checks.ts";
import { type Figure, isWithin } from "./compare.ts";

interface Outcome {
  readonly check: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** Why there are no figures. */
  readonly failure?: string;
}

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({ options: { json: { type: "boolean" } }, allowPositionals: true });
  const checks = allChecks().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (checks.length === 0) throw new Error(`no check is called ${positionals.join(" or ")}`);
  const outcomes: Outcome[] = [];
  for (const [index, check] of checks.entries()) {
    const outcome = await runCheck(check);
    outcomes.push(outcome);
    const progress = `[${index + 1}/${checks.length}] ${check.name}, ${outcome.seconds.toFixed(1)} s`;
    process.stderr.write(`${progress}${hasPassed(outcome) ? "" : ": FAILED"}\n`);
  }
  console.log(values.json ? printJson(outcomes) : printTable(outcomes));
  return outcomes.every(hasPassed);
}

async function runCheck({ name, run }: Check): Promise<Outcome> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    return { check: name, figures: await run(), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // One broken network must not hide how the others fare; the failure is shown and fails the whole.
    return { check: name, figures: [], seconds: seconds(), failure: error.message };
  }
}

function hasPassed({ figures, failure }: Outcome): boolean {
  return failure === undefined && figures.every(isWithin);
}

function printJson(outcomes: readonly Outcome[]): string {
  const checks = outcomes.map((outcome) => ({
    ...outcome,
    passed: hasPassed(outcome),
    // JSON has no NaN or Infinity: a figure without a finite value is written as text.
    figures: outcome.figures.map((figure) => ({
      ...figure,
      value: Number.isFinite(figure.value) ? figure.value : String(figure.value),
      passed: isWithin(figure),
    })),
  }));
  return JSON.stringify({ passed: outcomes.every(hasPassed), checks }, null, 2);
}

function printTable(outcomes: readonly Outcome[]): string {
  const figures = outcomes.flatMap((outcome) => outcome.figures);
  const rows = figures.map((figure) => [
    figure.subject,
    figure.quantity,
    figure.measure,
    printValue(figure.value),
    "atMost" in figure.limit ? `≤ ${figure.limit.atMost}` : `≥ ${figure.limit.atLeast}`,
    isWithin(figure) ? "" : "FAILED",
  ]);
  const header = ["case", "quantity", "measure", "value", "limit", ""];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const failures = outcomes.flatMap(({ check, failure }) => (failure === undefined ? [] : [`${check}: ${failure}`]));
  const passed = outcomes.filter(hasPassed).length;
  return [...lines, "", ...failures, `${passed} of ${outcomes.length} checks passed, ${figures.length} figures`].join(
    "\n",
  );
}

/** Counts as they are, errors in powers of ten, what is near 1 in full. */
function printValue(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 0.1 ? value.toExponential(1) : value.toFixed(9);
}
