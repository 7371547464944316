// A step of learning at full size against what the plan foresees: seconds and memory.
//
//     npx node bench/full-size/run.ts RECIPE.json [--steps 2]
//
// The pipelines and rewards that a recipe names are written by write_pipeline.py. Linux only: memory is read from /proc.

import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { stepsOf } from "../../src-main/common/program/program.ts";
import { readProgramFile } from "../../src-main/engine/program-file.ts";
import { openUpdates } from "../../src-main/learning/open-updates.ts";
import { planRun } from "../../src-main/learning/run-plan.ts";
import { allocatorEnvironment } from "../../src-main/runtime/allocator-environment.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { describeMachine, describeUse } from "./describe-use.ts";
import { watchUse } from "./watch-use.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { steps: { type: "string" } } });
const [recipe] = positionals;
if (recipe === undefined) throw new Error("which recipe? npx node bench/full-size/run.ts RECIPE.json");

console.log(describeMachine());
const planStart = performance.now();
const { program } = readProgramFile(recipe);
const steps = Number(values.steps ?? stepsOf(program));
const run = await openRun(program, { device: "cpu" });
const plan = await planRun(run, openUpdates(run, { cuts: "auto" }));
await run.sessions.release();
console.log(`planned in ${((performance.now() - planStart) / 1000).toFixed(2)} s, all graphs built and optimised`);

const child = spawn(process.execPath, [new URL("learn-one-step.ts", import.meta.url).pathname, recipe, String(steps)], {
  env: { ...allocatorEnvironment, ...process.env },
  stdio: ["ignore", "inherit", "inherit"],
});
const use = await watchUse(child);
if (child.exitCode !== 0) throw new Error(`the step ended with ${child.exitCode ?? child.signalCode}`);
console.log(describeUse(use, plan.memory.peak));
