// Opens a recipe and takes a step or more of it, for run.ts, which watches its memory: RECIPE STEPS on the command line, figures as JSON lines on stdout.

import { leadOf } from "../../src-main/common/program/program.ts";
import { readProgramFile } from "../../src-main/engine/program-file.ts";
import { initialState } from "../../src-main/learning/initial-state.ts";
import { learnStep } from "../../src-main/learning/learn-step.ts";
import { openUpdates } from "../../src-main/learning/open-updates.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";

const [recipe = "", steps = "1"] = process.argv.slice(2);

function report(figures: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

const start = performance.now();
const startUsage = process.cpuUsage();
const seconds = (since: number): number => (performance.now() - since) / 1000;

/** Of all cores together: tells the work apart from waiting for a busy machine. */
function processorSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

const { program } = readProgramFile(recipe);
const run = await openRun(program, { device: "cpu" });
const updates = openUpdates(run, { cuts: "auto" });
report({ opening: seconds(start), processorSeconds: processorSeconds(startUsage) });
let state = await initialState(updates);
report({ firstToken: seconds(start), processorSeconds: processorSeconds(startUsage) });
// The second step finds all sessions loaded, unless memory is short.
for (let i = 0; i < Number(steps); i++) {
  const begin = performance.now();
  const usage = process.cpuUsage();
  const step = await learnStep(updates, state);
  ({ state } = step);
  const lead = step.metrics[leadOf(program).name];
  report({
    step: seconds(begin),
    processorSeconds: processorSeconds(usage),
    gradientNorm: lead?.gradientNorm,
    reward: lead?.reward,
  });
}
await run.sessions.release();
