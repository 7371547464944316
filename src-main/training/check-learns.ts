// Whether a plan can learn anything at all: settings under which every gradient, or every step along it, is 0.

import { counted } from "../common/counted.ts";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { checkDrawnNegative } from "../sampling/check-guidance.ts";
import type { Plan } from "./plan.ts";

type Checked = Pick<Plan, "sampler" | "rewards" | "steps" | "optimizer" | "previews">;

/** @throws Refusal with every reason why nothing would be learned */
export function refuseVoidLearning(plan: Checked): void {
  const faults = [...checkGuidance(plan), ...checkWeights(plan), ...checkWindow(plan)];
  if (faults.length > 0) throw new Refusal(faults);
}

/** What is drawn at guidance 1 does not depend on the negative. */
function checkGuidance({ sampler: { guidance } }: Checked): Diagnostic[] {
  if (guidance > 1) return [];
  return [
    {
      severity: "error",
      code: "guidance-none",
      at: { part: "sampler.guidance" },
      message: `at a guidance of ${guidance} the negative has no effect, so that every gradient is 0 and nothing can be learned`,
      help: "raise it; 7.5 is usual",
    },
  ];
}

/** Weights of one reward add up, and may cancel each other. */
function checkWeights({ rewards }: Checked): Diagnostic[] {
  const sums = new Map<string, number>();
  for (const { weight, ...reward } of rewards) {
    const key = JSON.stringify(reward);
    sums.set(key, (sums.get(key) ?? 0) + weight);
  }
  if ([...sums.values()].some((sum) => sum !== 0)) return [];
  return [
    {
      severity: "error",
      code: "reward-weights",
      at: { part: "rewards" },
      message: "the weights of all rewards are 0, so that there is nothing to learn from",
      help: "give a reward a weight other than 0, or name it under `heldOut` if it shall only be watched",
    },
  ];
}

function checkWindow({ sampler: { steps, lastSteps, gradientSteps } }: Checked): Diagnostic[] {
  const faults: Diagnostic[] = [];
  if (lastSteps > steps) {
    faults.push({
      severity: "error",
      code: "recipe-steps",
      at: { part: "sampler.lastSteps" },
      message: `the gradient cannot be taken in the last ${lastSteps} of ${counted(steps, "step")}`,
      help: "make lastSteps at most steps; a third of them is a good choice",
    });
  }
  if (gradientSteps > lastSteps) {
    faults.push({
      severity: "error",
      code: "recipe-steps",
      at: { part: "sampler.gradientSteps" },
      message: `the gradient cannot be taken at ${gradientSteps} of the last ${lastSteps} steps`,
      help: "make gradientSteps at most lastSteps; 1 is what the paper takes",
    });
  }
  return faults;
}

/** Warnings: rewards that count for nothing beside others that do, a warm-up that the run does not outlast, previews of no negative. */
export function checkIdleParts({ rewards, steps, optimizer: { warmup }, previews }: Checked): Diagnostic[] {
  const idle = rewards.flatMap(({ path, weight }, i): Diagnostic[] =>
    weight === 0
      ? [
          {
            severity: "warning",
            code: "reward-weights",
            at: { part: `rewards.${i}.weight`, file: path },
            message: "this reward has the weight 0: it costs time, and changes nothing",
            help: "name it under `heldOut` to watch it, or remove it",
          },
        ]
      : [],
  );
  const unsteered = previews.flatMap(({ sampler }, i) =>
    sampler === undefined ? [] : checkDrawnNegative(sampler.guidance, { part: `previews.${i}.sampler.guidance` }),
  );
  if (warmup < steps || warmup === 0) return [...idle, ...unsteered];
  return [
    ...idle,
    ...unsteered,
    {
      severity: "warning",
      code: "optimizer-warmup",
      at: { part: "optimizer.warmup" },
      message: `the learning rate rises over ${warmup} steps, but the run ends after ${steps}`,
      help: "make warmup smaller than steps; a tenth of them is usual",
    },
  ];
}
