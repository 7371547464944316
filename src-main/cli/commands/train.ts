// `reneg train`: learns by a recipe or a workflow.

import type { Command } from "commander";
import { counted } from "../../common/counted.ts";
import type { CutChoice } from "../../common/cut-choice.ts";
import { describeStopping } from "../../common/early-stopping.ts";
import { describeHeldBack } from "../../common/held-back.ts";
import type { TrainResult } from "../../common/learning.ts";
import { describeCourse, describeEvaluated } from "../../common/reward-words.ts";
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
import { addWorkersOptions, onDoneOption, workersOf, type WorkersOptions } from "../workers-options.ts";

const EXAMPLES = `
Ctrl-C ends the run after its current step and saves it; a second Ctrl-C ends it at once.
With --workers, micro-batches are computed by other machines, and what is learned is the same to the bit, however many they are and
whatever becomes of them; previews are drawn here. docs/scale.md shows how it is set up.
A run that goes on keeps the cuts that it began with, unless --cuts or --memory says otherwise.

Examples:
  $ reneg train recipe.json --out runs/first
  $ reneg train --resume runs/first
  $ reneg train recipe.json --workers redis://:PASSWORD@queue.example:6379 --worker-device cuda`;

interface Options extends CommonOptions, DeviceOption, MemoryOption, WorkersOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly cuts: CutChoice;
  readonly onDone?: string;
}

export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .description("Learn embeddings, LoRA, text encoders and rewards by a recipe or a workflow.")
    .argument("[recipe]", "the recipe or workflow, a JSON file; not needed with --resume")
    .option("--out <folder>", "the run's folder (default: runs/NAME, after the recipe)")
    .option("--resume <folder>", "go on with the run in this folder")
    .addOption(cutsOption())
    .addOption(memoryOption())
    .addOption(deviceOption());
  addWorkersOptions(command);
  command
    .addOption(onDoneOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action(
      (recipe: string | undefined, { out, resume, cuts, memory, device, onDone, json, verbose, ...workers }: Options) =>
        runCommand(
          { json, verbose, memory },
          ({ api, signal, onEvent }) =>
            api.train(
              { recipe, out, resume, cuts, memory, device, workers: workersOf(workers), onDone },
              { signal, onEvent },
            ),
          printResult,
        ),
    );
}

function printResult(result: TrainResult): string {
  const { run, embedding, steps, total, stopped, reward, earlyStopping, heldBack, evaluated, device, seconds } = result;
  const lines = [
    `${counted(steps, "step")} in ${printDuration(seconds)} on ${device}`,
    ...(reward === null ? [] : [`reward while learning ${describeCourse(reward)}`]),
    ...earlyStopping.flatMap((one) => {
      const told = describeStopping(one);
      const of = earlyStopping.length === 1 ? "" : `${one.optimizer}: `;
      return told === null ? [] : [`${of}${told}`];
    }),
    ...heldBack.map(describeHeldBack),
    ...evaluated.map((one) => `reward ${describeEvaluated(one)}`),
    embedding,
  ];
  if (stopped) {
    const kept =
      steps < total ? "what is learned so far is kept" : "all is learned and kept, what comes after is not done";
    lines.push(`stopped on request; ${kept}; to go on: reneg train --resume ${run}`);
  }
  return lines.join("\n");
}
