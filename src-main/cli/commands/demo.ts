// `reneg demo`: learns on the embedded pipeline and shows what the result is worth on prompts it never saw.

import type { Command } from "commander";
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

function printResult({ prompts, seeds, rewards, winRate, files, ...result }: DemoResult): string {
  const row = (name: string, { null: none, handcrafted, learned }: DemoResult["rewards"]["train"]): string =>
    name.padEnd(16) + [none, handcrafted, learned].map((value) => value.toFixed(4).padStart(14)).join("");
  const perSample = (result.perSample ?? []).map(
    ({ prompt, global, perSample: own }) => `  ${global.toFixed(4)} → ${own.toFixed(4)}  ${prompt}`,
  );
  return [
    `mean reward over ${prompts} prompts never trained on, ${seeds.length} images each`,
    "",
    "".padEnd(16) + ["no negative", "handwritten", "learned"].map((name) => name.padStart(14)).join(""),
    row("training reward", rewards.train),
    row("held-out reward", rewards.heldOut),
    "",
    `learned wins ${percent(winRate.vsNull)} against no negative, ${percent(winRate.vsHandcrafted)} against handwritten`,
    ...(perSample.length === 0 ? [] : ["", "an embedding for each prompt, from the global one", ...perSample]),
    `${printDuration(result.seconds)} on ${result.device}, at most ${Math.round(result.peakMemoryMB)} MB`,
    "",
    ...files,
  ].join("\n");
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
