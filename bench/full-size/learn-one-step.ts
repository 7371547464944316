// Opens a recipe and takes a step or more of it, for run.ts, which watches its memory: RECIPE STEPS on the command line, figures as JSON lines on stdout.

import { readPlanFile } from "../../src-main/engine/plan-file.ts";
import { learnStep } from "../../src-main/training/learn-step.ts";
import { initialState } from "../../src-main/training/learning-state.ts";
import { loadNegative } from "../../src-main/training/load-negative.ts";
import { openLearner } from "../../src-main/training/open-learner.ts";

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

const { plan, learner } = await openLearner(readPlanFile(recipe), { device: "cpu" });
report({ opening: seconds(start), processorSeconds: processorSeconds(startUsage) });
const { embedding } = await loadNegative(learner.generator, plan.start);
report({ firstToken: seconds(start), processorSeconds: processorSeconds(startUsage) });
// The second step finds all sessions loaded, unless memory is short.
let state = initialState(embedding, false);
for (let i = 0; i < Number(steps); i++) {
  const begin = performance.now();
  const usage = process.cpuUsage();
  const step = await learnStep(learner, plan, state);
  ({ state } = step);
  report({
    step: seconds(begin),
    processorSeconds: processorSeconds(usage),
    gradientNorm: step.metrics.gradientNorm,
    reward: step.metrics.reward,
  });
}
await learner.generator.sessions.release();
