// `reneg plan`: what a run will do and need, before anything runs.

import type { Command } from "commander";
import { counted } from "../../common/counted.ts";
import type { CutChoice } from "../../common/cut-choice.ts";
import { printDiagnostic } from "../../common/diagnostic.ts";
import { type EvaluationPlan, mayEndEarly, type RunPlan, secondsInAll, type StagePlan } from "../../common/run-plan.ts";
import {
  cutsOption,
  deviceOption,
  jsonOption,
  memoryOption,
  type MemoryOption,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { printDuration } from "../progress-bar.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
A pass is one run of a stage. The graph of a step is cut where memory asks for it: a part that runs backwards then
computes its networks once more, which stands under "again".
Memory is foreseen for the CPU; weights are pages of their files, which stages of one network share.

Examples:
  $ reneg plan recipe.json
  $ reneg plan recipe.json --measure --device cpu     also how long a step takes
  $ reneg plan recipe.json --cuts none                what one piece would need, in which nothing is computed twice
  $ reneg plan recipe.json --memory 8                 how it is cut where 8 GB may be used
  $ reneg plan recipe.json --json`;

interface Options extends CommonOptions, DeviceOption, MemoryOption {
  readonly measure?: boolean;
  readonly cuts: CutChoice;
}

export function addPlan(program: Command): void {
  program
    .command("plan")
    .description("Say what a recipe's run will do and need: stages, passes, weights, memory, time.")
    .argument("<recipe>", "the recipe, a JSON file")
    .option("--measure", "load and run every stage, to tell the time of a step")
    .addOption(cutsOption())
    .addOption(memoryOption())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((recipe: string, { device, measure = false, cuts, ...options }: Options) =>
      runCommand(
        options,
        ({ api, signal }) => api.plan({ recipe, device, measure, cuts, memory: options.memory }, { signal }),
        printRunPlan,
      ),
    );
}

export function printRunPlan(plan: RunPlan): string {
  const { device, size, batch, microBatch, steps, optimizers, stages, memory, secondsPerStep, problems } = plan;
  const parts = batch === microBatch ? "at once" : `${microBatch} at a time`;
  const examples =
    size === null ? counted(batch, "example") : `${counted(batch, "image")} ${size.width}×${size.height}`;
  const lines = [
    `${counted(steps, "step")} of ${examples}, ${parts}, on ${device}`,
    ...optimizers.map(({ name, cuts }) => `${name}: ${printCuts(cuts)}`),
    "",
    ...printTable([HEADINGS, ...stages.map(cells)]),
    "",
    `memory: at most ${gigabytes(memory.peak)}${memory.available === null ? "" : ` of ${gigabytes(memory.available)} that may be used`}${memory.learned < LITTLE ? "" : `, ${gigabytes(memory.learned)} of it what is trained and its optimizer`}`,
  ];
  if (!memory.staysLoaded)
    lines.push("not all stages fit together: some are loaded anew in each step, which takes time");
  lines.push(...plan.evaluations.map(printEvaluations));
  const inAll = secondsInAll(plan);
  if (secondsPerStep !== undefined && inAll !== undefined) {
    const orLess = mayEndEarly(plan) ? ", or less where it ends early" : "";
    lines.push(`time: ${secondsPerStep.toFixed(1)} s a step, ${printDuration(inAll)} in all${orLess}`);
  }
  return [...lines, ...problems.map(printDiagnostic)].join("\n");
}

function printEvaluations({ optimizer, count, images, every, patience, earliest, seconds }: EvaluationPlan): string {
  const each = seconds === undefined ? "" : `, ${seconds.toFixed(1)} s each`;
  const without = `${counted(patience, "evaluation")} without a rise`;
  const end =
    earliest === null
      ? `its last step comes before ${without}`
      : `ends early after ${without}, at step ${earliest} or later`;
  return `${optimizer}: ${counted(count, "evaluation")} of ${counted(images, "held-out image")}, every ${counted(every, "step")}${each}; ${end}`;
}

/** Bytes of which nobody needs to be told. */
const LITTLE = 1e7;

function printCuts(cuts: readonly string[]): string {
  return cuts.length === 0
    ? "its step is one piece, and nothing is computed twice"
    : `its step is cut at ${cuts.join(", ")}`;
}

const HEADINGS = ["stage", "operators", "passes", "GFLOP", "weights", "results", "gives", "again", "seconds"];

function cells({ name, operators, passes, flops, weights, memory, gives, again, seconds }: StagePlan): string[] {
  return [
    name,
    String(operators),
    `${Number(passes.count.toFixed(1))} a ${passes.per}`,
    (flops / 1e9).toFixed(1),
    gigabytes(weights),
    gigabytes(memory.activations),
    gives.join(", "),
    again.join(", "),
    seconds === undefined ? "" : seconds.toFixed(2),
  ];
}

/** The first column to the left, all others to the right; empty last columns are left out. */
function printTable(rows: readonly (readonly string[])[]): string[] {
  const body = rows.slice(1);
  const columns = HEADINGS.map((_, i) => i).filter((i) => body.some((row) => row[i] !== ""));
  const widths = columns.map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    columns
      .map((i, n) => (i === 0 ? (row[i] ?? "").padEnd(widths[n] ?? 0) : (row[i] ?? "").padStart(widths[n] ?? 0)))
      .join("  "),
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
