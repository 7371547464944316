// `reneg demo`: learns on the embedded pipeline and shows what the result is worth on prompts it never saw.

import type { Command } from "commander";
import { evaluationSummary } from "../../common/evaluation-summary.ts";
import type { DemoResult } from "../../common/learning.ts";
import {
  deviceOption,
  jsonOption,
  readInteger,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { printDuration } from "../progress-bar.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Examples:
  $ reneg demo
  $ reneg demo --per-sample 8 --out runs/per-sample --json`;

interface Options extends CommonOptions, DeviceOption {
  readonly out: string;
  readonly perSample: number;
  readonly seed: number;
}

export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("Learn a negative embedding on the embedded pipeline, and show what it is worth.")
    .option("--out <folder>", "where to write images, report and embedding", "runs/demo")
    .option("--per-sample <n>", "also learn an embedding of its own for this many prompts", readInteger, 0)
    .option("--seed <n>", "everything repeats from it", readInteger, 0)
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action(({ out, perSample, seed, device, ...options }: Options) =>
      runCommand(
        options,
        ({ api, signal, onEvent }) => api.demo({ out, perSample, seed, device }, { signal, onEvent }),
        printResult,
      ),
    );
}

function printResult({ report, files }: DemoResult): string {
  const cost = `${printDuration(report.seconds)} on ${report.settings.device}, at most ${Math.round(report.peakMemoryMB)} MB`;
  return [evaluationSummary(report), "", cost, ...files].join("\n");
}
