// `reneg step`: one step of training as tensors in a file.

import { type Command, InvalidArgumentError } from "commander";
import type { CutChoice } from "../../common/cut-choice.ts";
import type { StepResult } from "../../common/step-record.ts";
import {
  type CommonOptions,
  cutsOption,
  deviceOption,
  type DeviceOption,
  jsonOption,
  memoryOption,
  type MemoryOption,
  verboseOption,
} from "../options.ts";
import { printDuration } from "../progress-bar.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Steps are counted from 0: step 0 is the first. Whatever the step, parameters are as they are before anything is learned; the number only
decides what is drawn. Nothing is changed, and no run is made.

The file holds, for nodes of a workflow by their ids (those of a recipe's own workflow are printed):
  noise.SAMPLER [batch, channels, height, width], index.SAMPLER int64: the sampling steps whose gradients are taken, 0 the noisiest
  image.NODE [batch, 3, height, width] in −1…1, foreseen from the last of the sampling steps taken
  score.NODE [batch], objective.OPTIMIZER [batch]: means over the sampling steps taken
  parameter.NODE, gradient.NODE: d objective / d parameter, the mean over the batch and the sampling steps taken, before proximal weight,
    weight decay and clipping
and in its metadata the batch's prompts as a JSON list under prompts. What several optimizers draw at one node has the optimizer's name
behind the node's: noise.SAMPLER.OPTIMIZER; several lists of prompts are also told one by one, under prompts.NODE.

Examples:
  $ reneg step recipe.json --step 0 --output step.safetensors
  $ reneg step runs/first --step 12 --output step.safetensors --cuts none --json`;

interface Options extends CommonOptions, DeviceOption, MemoryOption {
  readonly cuts: CutChoice;
  readonly step: number;
  readonly output: string;
}

export function addStep(program: Command): void {
  program
    .command("step")
    .description(
      "Compute one step of training from its beginning and write what was drawn and found, to check it elsewhere.",
    )
    .argument("<file>", "a workflow, a recipe, a run's program.json, or a run's folder")
    .requiredOption("--step <n>", "which step, counted from 0", wholeNumber)
    .requiredOption("--output <file>", "the safetensors file that is written")
    .addOption(cutsOption())
    .addOption(memoryOption())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((file: string, { step, output, device, cuts, ...options }: Options) =>
      runCommand(
        options,
        ({ api, signal, onEvent }) =>
          api.step({ file, step, output, device, cuts, memory: options.memory }, { signal, onEvent }),
        printResult,
      ),
    );
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Steps are counted by whole numbers from 0.");
  return Number(text);
}

function printResult({ output, step, tensors, prompts, device, seconds }: StepResult): string {
  return [
    `step ${step} in ${printDuration(seconds)} on ${device}`,
    ...prompts.map((prompt, i) => `image ${i + 1}: ${prompt}`),
    ...tensors.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape.join(", ")}]`),
    output,
  ].join("\n");
}
