// `reneg evaluate`: what a learned embedding is worth on models that it was not learned with.

import { Option, type Command } from "commander";
import { EMBEDDED_NAME, EMBEDDED_TARGETS } from "../../common/embedded-name.ts";
import type { EvaluateInput, EvaluateResult } from "../../common/evaluating.ts";
import { evaluationSummary } from "../../common/evaluation-summary.ts";
import {
  collect,
  deviceOption,
  jsonOption,
  readInteger,
  readNumber,
  readingOptions,
  type ReadingOptions,
  strengthOption,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { printDuration } from "../progress-bar.ts";
import { runCommand } from "../run-command.ts";
import { addWorkersOptions, workersOf, type WorkersOptions } from "../workers-options.ts";

const EXAMPLES = `
Each prompt is drawn from one seed without a negative, with a written one and with the learned one, and scored by a reward that was
climbed and by one that was not. A video is worth the mean over its frames. A ControlNet follows the edges of what its own base draws.
With --workers, other machines draw and score, and the report is the same, however many they are.

Examples:
  $ reneg evaluate runs/demo/negative.safetensors --transfer
  $ reneg evaluate negative.safetensors --to path/to/zeroscope --reward path/to/hpsv2.1 --held-out path/to/pickscore \\
      --prompts prompts.txt --count 8 --json
  $ reneg evaluate negative.safetensors --to path/to/zeroscope --count 512 --workers redis://:PASSWORD@queue.example:6379`;

interface Options extends CommonOptions, DeviceOption, ReadingOptions, WorkersOptions {
  readonly to: readonly string[];
  readonly transfer?: boolean;
  readonly strength: number;
  readonly base?: string;
  readonly prompts?: string;
  readonly count: number;
  readonly seed: number;
  readonly negative?: string;
  readonly steps?: number;
  readonly guidance?: number;
  readonly reward?: string;
  readonly heldOut?: string;
  readonly out: string;
}

export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("Say what a learned negative embedding is worth on models that it was not learned with.")
    .argument("<embedding>", "the learned embedding")
    .addOption(
      new Option("--to <model>", "a pipeline, ControlNet, video model or motion modules; may be given several times")
        .argParser(collect)
        .default([], "the embedded pipeline"),
    )
    .option("--transfer", `on ${EMBEDDED_TARGETS.join(" and ")}, which come with the program`)
    .addOption(strengthOption())
    .option("--base <pipeline>", "the pipeline that a ControlNet or motion modules need")
    .option("--prompts <file>", "one a line (default: the embedded pipeline's, of which none was learned from)")
    .option("--count <n>", "how many of them", readInteger, 32)
    .option("--seed <n>", "the same for all pictures", readInteger, 0)
    .option("--negative <text>", "the written negative of the comparison");
  for (const option of readingOptions()) command.addOption(option);
  command
    .option("--steps <n>", "sampling steps (default: those of each model)", readInteger)
    .option("--guidance <scale>", "classifier-free guidance (default: that of each model)", readNumber)
    .option("--reward <path>", "the reward that was climbed (default: the embedded one)")
    .option("--held-out <path>", "a reward that was not (default: the embedded one)")
    .option("--out <folder>", "where to write pictures and reports, a folder for each model", "runs/evaluation")
    .addOption(deviceOption());
  addWorkersOptions(command);
  command
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((embedding: string, { json, verbose, ...options }: Options) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) => api.evaluate(inputOf(embedding, options), { signal, onEvent }),
        printResult,
      ),
    );
}

function inputOf(
  embedding: string,
  {
    to,
    transfer,
    negative,
    workers,
    token,
    workerDevice,
    workerTimeout,
    ...options
  }: Omit<Options, "json" | "verbose">,
) {
  const models = [...to, ...(transfer ? EMBEDDED_TARGETS : [])];
  return {
    ...options,
    workers: workersOf({ workers, token, workerDevice, workerTimeout }),
    embedding,
    to: models.length === 0 ? [EMBEDDED_NAME] : models,
    ...(negative === undefined ? {} : { written: negative }),
  } satisfies Partial<EvaluateInput>;
}

function printResult({ evaluations }: EvaluateResult): string {
  return evaluations
    .map(({ report, files }) => {
      const { settings, seconds, peakMemoryMB } = report;
      const cost = `${printDuration(seconds)} on ${settings.device}, at most ${Math.round(peakMemoryMB)} MB`;
      return [`${settings.pipeline}`, "", evaluationSummary(report), "", cost, ...files].join("\n");
    })
    .join("\n\n");
}
