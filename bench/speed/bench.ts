// `npm run bench`: what ours costs, beside what it would cost in PyTorch.

import { join } from "node:path";
import type { DeviceName } from "../../src-main/common/device.ts";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import { readArguments, usage, type Wanted, WrongUse } from "./arguments.ts";
import { type CaseName, caseOf, PEAK_CASE } from "./cases.ts";
import { agreesWithin } from "./check-agreement.ts";
import { goalsOf } from "./goals.ts";
import { codeVersion, describeMachine } from "./machine.ts";
import { areThere, modelsOf, writeModels } from "./models.ts";
import { printMachine } from "./print-machine.ts";
import { printProfile, printProfileMarkdown } from "./print-profile.ts";
import { printMarkdown, printReport, type Report } from "./print-report.ts";
import { type Profile, takeProfile } from "./profile.ts";
import { type CaseResult, noResult, readResults, type Results, writeResults } from "./results.ts";
import { disagreements, takeTurn } from "./run-case.ts";
import { summarize } from "./summarize.ts";
import { type PlannedTurn, turnsLeft } from "./turns.ts";
import { writeDocs } from "./write-docs.ts";

const WRONG_USE = 2;

try {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted === null) console.log(usage());
  else process.exitCode = (await (wanted.profile ? profileCases(wanted) : bench(wanted))) ? 0 : 1;
} catch (error) {
  if (error instanceof Refusal) console.error(error.message);
  else if (error instanceof WrongUse) console.error(`${error.message}\n\n${usage()}`);
  else throw error;
  process.exitCode = WRONG_USE;
}

/** @returns whether there was something to profile */
async function profileCases(wanted: Wanted): Promise<boolean> {
  const names = await thoseWithModels(wanted);
  const profiles: Profile[] = [];
  for (const name of names) {
    say(`${name}: ours`);
    profiles.push(await takeProfile(name, wanted));
  }
  const machine = describeMachine(null);
  const report = (print: (profile: Profile) => string): string =>
    [printMachine(machine), ...profiles.map(print)].join("\n\n");
  if (wanted.docs) writeDocs("npm run bench -- --profile --docs", report(printProfileMarkdown));
  console.log(wanted.json ? JSON.stringify({ machine, profiles }, null, 2) : report(printProfile));
  return profiles.length > 0;
}

/** @returns whether no turn has failed, and both sides agree in all that was measured */
async function bench(wanted: Wanted): Promise<boolean> {
  const file = join(wanted.cache, "results.json");
  const key = [codeVersion(), wanted.device, wanted.cuts].join(" ");
  const found = readResults(file, describeMachine(wanted.peer));
  const results: Results = { ...found, cases: { ...found.cases } };
  const names = withPeak(await thoseWithModels(wanted));
  for (const name of names) {
    const known = results.cases[name];
    const isKept = known !== undefined && known.key === key && !(wanted.again && wanted.cases.includes(name));
    results.cases[name] = isKept ? known : noResult(key);
  }
  if (wanted.list) {
    for (const name of names) console.log(describeLeft(name, leftOf(name, results, wanted)));
    return true;
  }
  const isWhole = await measureAll(names, results, wanted, () => writeResults(file, results));
  const report = reportOf(results, key);
  if (wanted.docs) writeDocs("npm run bench -- --docs", printMarkdown(report));
  console.log(wanted.json ? JSON.stringify(asJson(report), null, 2) : printReport(report));
  return tellDisagreements(names, results, wanted.device) && isWhole;
}

/** @returns whether no turn has failed */
async function measureAll(
  names: readonly CaseName[],
  results: Results,
  wanted: Wanted,
  keep: () => void,
): Promise<boolean> {
  const begin = performance.now();
  const minutesGone = (): number => (performance.now() - begin) / 60_000;
  // How much slower than expected this machine is, by the turns taken so far.
  let [expected, taken] = [0, 0];
  let haveFailed = false;
  for (const name of names) {
    for (;;) {
      const [next] = leftOf(name, results, wanted);
      const done = results.cases[name];
      if (next === undefined || done === undefined) break;
      const pace = expected === 0 ? 1 : taken / expected;
      const left = names.flatMap((one) => leftOf(one, results, wanted)).reduce((sum, { seconds }) => sum + seconds, 0);
      if (wanted.minutes !== null && minutesGone() + (pace * next.seconds) / 60 > wanted.minutes) return !haveFailed;
      say(`${name}: ${describeTurn(next)}; ${describeTime(pace * left)} left`);
      const start = performance.now();
      try {
        results.cases[name] = await takeTurn(name, done, next, wanted);
      } catch (error) {
        // One that fails, for want of memory perhaps, keeps no other from being measured.
        say(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
        haveFailed = true;
        break;
      }
      expected += next.seconds;
      taken += (performance.now() - start) / 1000;
      keep();
    }
  }
  return !haveFailed;
}

/** Nothing, once both sides were seen to differ. */
function leftOf(name: CaseName, { cases }: Results, { rounds, peer, device }: Wanted): readonly PlannedTurn[] {
  const done: CaseResult = cases[name] ?? noResult("");
  if (disagreements(done, device).length > 0) return [];
  return turnsLeft(caseOf(name), done, { rounds, hasPeer: peer !== null });
}

/** Shares of the machine's peak need the peak. */
function withPeak(names: readonly CaseName[]): readonly CaseName[] {
  return names.length === 0 ? names : [...new Set([PEAK_CASE, ...names])];
}

/** Random weights are written if there is a peer to write them, and cases without weights are left out. */
async function thoseWithModels({ cases, cache, peer, list }: Wanted): Promise<readonly CaseName[]> {
  const isThere = (name: CaseName): boolean => areThere(modelsOf(caseOf(name), cache));
  if (peer !== null && !list && !cases.every(isThere)) await writeModels(cache, peer, say);
  const missing = cases.filter((name) => !isThere(name));
  if (missing.length > 0)
    say(`left out, since only a peer (--peer) can write their random weights: ${missing.join(", ")}`);
  return cases.filter(isThere);
}

function tellDisagreements(names: readonly CaseName[], { cases }: Results, device: DeviceName): boolean {
  const faults = names.flatMap((name) =>
    disagreements(cases[name] ?? noResult(""), device).map(
      ({ variant, tensor, error }) =>
        `${name}: ${tensor} differs by ${error?.toExponential(1) ?? "more than a number"} from PyTorch's (${variant}); ${agreesWithin(device)} is allowed, and no time is believed`,
    ),
  );
  for (const fault of faults) say(fault);
  return faults.length === 0;
}

/** Of this code alone, measured in this way. */
function reportOf(results: Results, key: string): Report {
  const cases = Object.entries(results.cases).filter(([, result]) => result.key === key);
  const figures = summarize({ ...results, cases: Object.fromEntries(cases) });
  return { machine: results.machine, figures, goals: goalsOf(figures) };
}

function asJson({ machine, figures, goals }: Report): object {
  return { machine, ...figures, goals };
}

function describeLeft(name: CaseName, left: readonly PlannedTurn[]): string {
  const seconds = left.reduce((sum, turn) => sum + turn.seconds, 0);
  const what =
    left.length === 0 ? "measured" : `${left.length} ${left.length === 1 ? "turn" : "turns"}, ${describeTime(seconds)}`;
  return `${name.padEnd(26)}${what}`;
}

function describeTurn({ side, variants, isProbe }: PlannedTurn): string {
  if (side === "ours") return "ours";
  return isProbe ? `PyTorch in ${variants.length} ways, to find the fastest` : `PyTorch, ${variants.join()}`;
}

function describeTime(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
