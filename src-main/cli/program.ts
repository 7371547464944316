// All commands, with their help.

import { Command } from "commander";
import { programVersion } from "../server/surroundings.ts";
import { addApply } from "./commands/apply.ts";
import { addCheck } from "./commands/check.ts";
import { addDemo } from "./commands/demo.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEmbedding } from "./commands/embedding.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addInspect } from "./commands/inspect.ts";
import { addLora } from "./commands/lora.ts";
import { addNetwork } from "./commands/network.ts";
import { addPairs } from "./commands/pairs.ts";
import { addPlan } from "./commands/plan.ts";
import { addQueue } from "./commands/queue.ts";
import { addSample } from "./commands/sample.ts";
import { addScore } from "./commands/score.ts";
import { addServe } from "./commands/serve.ts";
import { addStep } from "./commands/step.ts";
import { addSweep } from "./commands/sweep.ts";
import { addTrain } from "./commands/train.ts";
import { addWorker } from "./commands/worker.ts";

const EXAMPLES = `
Examples:
  $ reneg doctor                                    what this machine can run on
  $ reneg demo                                      learn a negative embedding on the embedded pipeline, and show what it is worth
  $ reneg sample --prompt "a red apple" -o apple.png
  $ reneg train recipe.json --out runs/first
  $ reneg serve --open                              the editor in a browser

Every command has its own --help. With --json, stdout carries one JSON document and nothing else.
Exit codes: 0 done, 1 failed, 2 wrong use, 130 stopped by Ctrl-C (143 by SIGTERM, 129 by a closed terminal):
what was done until then is kept and can be resumed.`;

/** @throws CommanderError for wrong use, once it is printed, and for help. */
export function createProgram(): Command {
  const program = new Command("reneg")
    .version(programVersion)
    .description("Learn negative embeddings for diffusion models by reward gradient.")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("See the same command with --help.")
    // Before the commands are added: they take it over.
    .exitOverride();
  addDemo(program);
  addPlan(program);
  addTrain(program);
  addSample(program);
  addApply(program);
  addEvaluate(program);
  addScore(program);
  addEmbedding(program);
  addLora(program);
  addPairs(program);
  addInspect(program);
  addCheck(program);
  addStep(program);
  addNetwork(program);
  addServe(program);
  addSweep(program);
  addWorker(program);
  addQueue(program);
  addDoctor(program);
  return program;
}
