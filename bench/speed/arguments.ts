// What `npm run bench` is asked for.

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type CutChoice, cutChoice } from "../../src-main/common/cut-choice.ts";
import { type DeviceName, deviceName } from "../../src-main/common/device.ts";
import { type CaseName, CASE_NAMES, caseOf } from "./cases.ts";

export interface Wanted {
  readonly cases: readonly CaseName[];
  readonly peer: string | null;
  readonly device: DeviceName;
  readonly cuts: CutChoice;
  readonly rounds: number;
  /** No turn begins that is not expected to end by then; `null`: all are taken. */
  readonly minutes: number | null;
  readonly again: boolean;
  readonly json: boolean;
  readonly list: boolean;
  readonly docs: boolean;
  readonly profile: boolean;
  readonly cache: string;
}

export class WrongUse extends Error {}

/** @returns `null`: help is asked for. @throws WrongUse */
export function readArguments(words: readonly string[]): Wanted | null {
  const { values, positionals } = parse(words);
  if (values.help) return null;
  const [device, cuts] = [deviceName.safeParse(values.device), cutChoice.safeParse(values.cuts)];
  if (!device.success) throw new WrongUse(`--device is one of ${deviceName.options.join(", ")}`);
  if (!cuts.success) throw new WrongUse(`--cuts is one of ${cutChoice.options.join(", ")}`);
  const cases = positionals.length === 0 ? CASE_NAMES : CASE_NAMES.filter((name) => isMeant(name, positionals));
  if (values.profile && device.data !== "cpu")
    throw new WrongUse("--profile is for the CPU: of a GPU onnxruntime tells only when work was handed to it");
  return {
    cases: values.profile ? cases.filter((name) => caseOf(name).growth === undefined) : cases,
    peer: values.peer === undefined ? null : resolve(values.peer),
    device: device.data,
    cuts: cuts.data,
    rounds: numberOf("--rounds", values.rounds),
    minutes: values.minutes === undefined ? null : numberOf("--minutes", values.minutes),
    again: values.again,
    json: values.json,
    list: values.list,
    docs: values.docs,
    profile: values.profile,
    cache: resolve(values.cache),
  };
}

function parse(words: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
    const unknown = parsed.positionals.filter((word) => !CASE_NAMES.some((name) => isMeant(name, [word])));
    if (unknown.length > 0) throw new WrongUse(`no case is called ${unknown.join(" or ")}; --list tells all`);
    return parsed;
  } catch (error) {
    throw error instanceof TypeError ? new WrongUse(error.message) : error;
  }
}

const OPTIONS = {
  peer: { type: "string" },
  device: { type: "string", default: "cpu" },
  cuts: { type: "string", default: "auto" },
  rounds: { type: "string", default: "3" },
  minutes: { type: "string" },
  again: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  docs: { type: "boolean", default: false },
  profile: { type: "boolean", default: false },
  cache: { type: "string", default: join(homedir(), ".cache", "reneg-bench") },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** A case by its name, and several by how their names begin, if none is called so: `gradient`, `growth`. */
function isMeant(name: CaseName, words: readonly string[]): boolean {
  const areNames = new Set<string>(CASE_NAMES);
  return words.some((word) => name === word || (!areNames.has(word) && name.startsWith(`${word}-`)));
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new WrongUse(`${option} is a number above 0, not ${text}`);
  return value;
}

export function usage(): string {
  return [
    "npm run bench -- [CASE…] [OPTIONS]",
    "",
    "Measures ours and PyTorch in turn, with the same weights, shapes and seeds, after it has seen that both compute the same.",
    "What was measured is kept, so that a run can be stopped and gone on with.",
    "",
    "Cases, by name or by how names begin (`gradient`, `growth`):",
    ...CASE_NAMES.map((name) => `  ${name.padEnd(26)}${caseOf(name).title}.`),
    "",
    "--peer PYTHON    The Python with PyTorch, made by bench/speed/peer/make-peer.sh. Without it ours runs alone.",
    "--device NAME    cpu (the default), cuda, webgpu, …; the peer then runs on CUDA.",
    "--cuts HOW       Where the gradient's graph is cut: auto (the default), none, borders.",
    "--rounds N       Turns of each side (3 unless told), each in a process of its own.",
    "--minutes N      Begins no turn that is not expected to end by then; the next call goes on.",
    "--again          Forgets what was measured of these cases.",
    "--cache FOLDER   Random weights, results and exchanged tensors (default: .cache/reneg-bench in your home).",
    "--profile        Where the time of ours goes, operator by operator, as onnxruntime's profiler has it; nothing else is measured.",
    "--list           What is left to measure, and how long it takes.",
    "--docs           Writes the tables, or with --profile those of the operators, into docs/benchmarks.md.",
    "--json           Machine, figures of all cases, and goals.",
    "",
    "The exit code is 1 if a turn fails or both sides differ in what they compute, and 2 for wrong use.",
  ].join("\n");
}
