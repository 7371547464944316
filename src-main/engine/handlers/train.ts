// Answers `train`: learns by a recipe, or goes on with a run.

import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { TrainInput } from "../../common/learning.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { readPlan, readRecipe, type Plan } from "../../training/plan.ts";
import { train as learn } from "../../training/train.ts";

export const train: ApiHandlers["train"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const { plan, run, isResumed } = place(input);
  const { embedding, state, lastReward, stopped, seconds } = await learn(plan, {
    run,
    resume: isResumed,
    device,
    emit,
    signal,
  });
  const reward = { first: state.firstReward ?? lastReward, last: lastReward };
  return { run, embedding, steps: state.step, stopped, reward, device, seconds };
};

function place({ recipe, out, resume }: TrainInput): { plan: Plan; run: string; isResumed: boolean } {
  if (resume !== undefined) return { plan: readPlan(resolve(resume)), run: resolve(resume), isResumed: true };
  if (recipe === undefined) {
    return refuse({
      code: "invalid-input",
      at: { option: "train" },
      message: "there is neither a recipe to start nor a run to resume",
      help: "give a recipe's file, or --resume with a run's folder",
    });
  }
  const plan = readRecipe(recipe);
  const run = out === undefined ? freeFolder(basename(recipe).replace(/\.json$/, "")) : resolve(out);
  if (!existsSync(join(run, "plan.json"))) return { plan, run, isResumed: false };
  return refuse({
    code: "run-exists",
    at: { file: run },
    message: "another run was kept in this folder",
    help: `go on with it by --resume ${run}, or choose another --out`,
  });
}

/** runs/NAME, or runs/NAME-2 … where that is taken. */
function freeFolder(name: string): string {
  for (let i = 1; ; i++) {
    const folder = resolve("runs", i === 1 ? name : `${name}-${i}`);
    if (!existsSync(folder)) return folder;
  }
}
