// `reneg sweep`: a run for each combination of values of some parameters.

import { type Command, InvalidArgumentError, Option } from "commander";
import { counted } from "../../common/counted.ts";
import { printDiagnostic } from "../../common/diagnostic.ts";
import { printRewardMean } from "../../common/reward-words.ts";
import type { SweepResult, SweptRun, Variation } from "../../common/sweep.ts";
import { type CommonOptions, deviceOption, type DeviceOption, jsonOption, verboseOption } from "../options.ts";
import { printDuration } from "../progress-bar.ts";
import { runCommand } from "../run-command.ts";
import {
  addQueuedOptions,
  onDoneOption,
  type QueuedOptions,
  wordsOfUnusedQueue,
  workersOfQueue,
} from "../workers-options.ts";

const EXAMPLES = `
Nodes and parameters are called as the workflow's file calls them; a recipe's are those of \`reneg plan\`. Values that are JSON are taken as such:
--set optimizer.learningRate=0.001,0.01 or --set 'prompts.text=["a cat","a dog"]'.
Each run gets a folder in that of the sweep, and sweep.json tells what came of all. They are done here, one after the other; with --queue, by
the workers of a queue, several at once. --queue without an address takes that of RENEG_QUEUE, and stands behind the file then.
Ctrl-C keeps the runs that are done; the same command goes on with the others.

Examples:
  $ reneg sweep recipe.json --set optimizer.learningRate=0.001,0.005,0.02 --set optimizer.seed=0,1
  $ reneg sweep portrait.reneg.json --set optimizer.seed=0,1,2,3 --queue redis://:PASSWORD@queue.example:6379 --json
  $ RENEG_QUEUE=rediss://… reneg sweep portrait.reneg.json --set optimizer.seed=0,1,2,3 --queue`;

interface Options extends CommonOptions, DeviceOption, QueuedOptions {
  readonly set: readonly Variation[];
  readonly pairs?: true;
  readonly out?: string;
  readonly images?: true;
  readonly onDone?: string;
}

export function addSweep(program: Command): void {
  const command = program
    .command("sweep")
    .description("Run a workflow with several values of its parameters, and compare.")
    .argument("<file>", "a workflow or a recipe")
    .addOption(
      new Option(
        "--set <node.param=values>",
        "values of one parameter, with commas between; may be given several times",
      )
        .argParser(readVariation)
        .makeOptionMandatory(),
    )
    .option("--pairs", "the first values together, then the second ones, … in place of every combination")
    .option("--out <folder>", "the sweep's folder (default: runs/NAME-sweep)")
    .option("--images", "also have images sent that workers have drawn")
    .addOption(deviceOption());
  addQueuedOptions(command);
  command
    .addOption(onDoneOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((file: string, { set, pairs, out, images, device, onDone, json, verbose, ...queued }: Options) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) => {
          const message = wordsOfUnusedQueue(queued);
          if (message !== null) onEvent({ type: "note", message });
          return api.sweep(
            {
              file,
              variations: [...set],
              combine: pairs ? "pairs" : "all",
              out,
              images,
              device,
              onDone,
              workers: workersOfQueue(queued),
            },
            { signal, onEvent },
          );
        },
        printResult,
        ({ runs }) => runs.some(({ state }) => state === "failed"),
      ),
    );
}

function readVariation(text: string, before: readonly Variation[] = []): readonly Variation[] {
  const [, node, param, values] = /^([^.=]+)\.([^.=]+)=(.+)$/s.exec(text) ?? [];
  if (node === undefined || param === undefined || values === undefined)
    throw new InvalidArgumentError("it must be like optimizer.learningRate=0.001,0.01.");
  const whole = jsonOrText(values);
  return [...before, { node, param, values: Array.isArray(whole) ? whole : values.split(",").map(jsonOrText) }];
}

function jsonOrText(text: string): Variation["values"][number] {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as Variation["values"][number];
  } catch {
    return text;
  }
}

function printResult({ folder, runs, stopped }: SweepResult): string {
  const done = runs.filter(({ state }) => state === "done");
  return [
    ...alignColumns([
      [
        "run",
        ...(runs[0]?.values ?? []).map(({ node, param }) => `${node}.${param}`),
        "reward",
        "held out",
        "time",
        "by",
      ],
      ...byHeldOut(runs).map(rowOf),
    ]),
    ...runs.flatMap(({ name, diagnostics }) =>
      diagnostics.length === 0 ? [] : [`run ${name}:`, ...diagnostics.map(printDiagnostic)],
    ),
    `${done.length} of ${counted(runs.length, "run")} done: ${folder}`,
    ...(stopped ? ["stopped on request; the same command goes on with the others"] : []),
  ].join("\n");
}

/** The best first, and what is not done last. */
function byHeldOut(runs: readonly SweptRun[]): SweptRun[] {
  const worth = ({ heldOut, reward }: SweptRun): number =>
    Object.values(heldOut)[0]?.mean ?? reward?.last.mean ?? Number.NEGATIVE_INFINITY;
  return runs.toSorted((a, b) => worth(b) - worth(a) || (a.name < b.name ? -1 : 1));
}

function rowOf({ name, values, state, reward, heldOut, seconds, worker }: SweptRun): string[] {
  const told =
    state === "done"
      ? [
          reward === null ? "" : printRewardMean(reward.last),
          Object.values(heldOut).map(printRewardMean).join(" "),
          printDuration(seconds),
          worker ?? "this machine",
        ]
      : [state];
  return [name, ...values.map(({ value }) => (typeof value === "string" ? value : JSON.stringify(value))), ...told];
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
