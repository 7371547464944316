// Holds steps of the emoji recipe, however their graph is cut, to those of commit 9065420, which computed the chain rule by hand between
// sessions. Not to the bit: what the host computed there in double precision is computed in the graph now.

import { readFileSync } from "node:fs";
import type { CutChoice } from "../../src-main/common/cut-choice.ts";
import type { Program } from "../../src-main/common/program/program.ts";
import { promptLines } from "../../src-main/common/prompt-lines.ts";
import { drawBatch } from "../../src-main/learning/draw-batch.ts";
import { learnStep, valuesOf } from "../../src-main/learning/learn-step.ts";
import { initialParameter, type LearningState } from "../../src-main/learning/learning-state.ts";
import { openUpdates, type OpenedUpdates } from "../../src-main/learning/open-updates.ts";
import { emojiProgram } from "../../src-main/learning/testing/emoji-program.ts";
import { type OpenedUpdate, updateGradient } from "../../src-main/learning/update-gradient.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import { targetName } from "../../src-main/program/lower-update.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";
import { floatsOf } from "./check-network.ts";
import { type Figure, maximalDifference, norm } from "./compare.ts";
import type { EmojiRecipe, FirstDesignCase } from "./first-design.ts";
import { fixtureFile } from "./manifest.ts";

/**
 * ‖a − b‖ / ‖b‖ of a gradient. In one segment sums run in another order; and so they do where both halves of guidance were sampled at once,
 * whose predictions differ by 5e-7 from those of halves apart, as these do by 6e-7 in onnxruntime's other layouts.
 */
const GRADIENT_LIMITS: Readonly<Partial<Record<CutChoice, number>>> = { borders: 2e-6, none: 1e-5 };
/** AdamW makes steps of tiny differences of tiny gradients. */
const EMBEDDING_LIMIT = 2e-4;
const REWARD_LIMIT = 1e-5;

export async function checkFirstDesign({
  name,
  recipe,
  gradients,
  steps,
}: FirstDesignCase): Promise<readonly Figure[]> {
  const expected = readTensors(fixtureFile("first-design.safetensors"));
  const find = (quantity: string): Float32Array => {
    const tensor = expected[`${name}.${quantity}`];
    return floatsOf(quantity, tensor, tensor?.shape ?? []);
  };
  const run = await openRun(programOf(recipe), { device: "cpu" });
  const figures: Figure[] = [];
  try {
    for (const cuts of ["borders", "none"] as const) {
      const updates = openUpdates(run, { cuts });
      const start = await initialState(updates);
      const [opened] = updates.values();
      if (opened === undefined) throw new Error("the program has no optimizer");
      if ((opened.cut.segments.length === 1) !== (cuts === "none"))
        throw new Error(`cuts ${cuts} are not as asked for`);
      const figure = (quantity: string, measure: string, value: number, atMost: number): void =>
        void figures.push({ subject: name, quantity: `${quantity}, cuts ${cuts}`, measure, value, limit: { atMost } });
      for (const step of gradients) {
        const { rewards, gradient } = await gradientAt(opened, { ...start, step });
        const wanted = find(`gradient.${step}`);
        figure(`rewards.${step}`, "difference", maximalDifference(rewards, find(`rewards.${step}`)), REWARD_LIMIT);
        figure(`gradient.${step}`, "relative norm", relativeNorm(gradient, wanted), GRADIENT_LIMITS[cuts] ?? 0);
      }
      if (steps === 0 || cuts === "none") continue;
      let state = start;
      for (let step = 0; step < steps; step++) ({ state } = await learnStep(updates, state));
      const learned = state.parameters["negative"]?.value["context"]?.data ?? [];
      const wanted = find(`negative.${steps}`);
      figure(`negative.${steps}`, "relative norm", relativeNorm(learned, wanted), EMBEDDING_LIMIT);
    }
  } finally {
    await run.sessions.release();
  }
  return figures;
}

function programOf({ sampler, rewards, optimizer, pull, ...recipe }: EmojiRecipe): Program {
  const { lastSteps: last, gradientSteps: count, guidance, ...sampling } = sampler;
  const { name, ...rates } = optimizer;
  const scores = rewards.map((reward, i) => [`reward${i}`, reward] as const);
  return emojiProgram({
    prompts: promptLines(readFileSync(embedded.prompts.train, "utf8")),
    guidance,
    sampler: { ...sampling, gradient: { kind: "foreseen", last, count } },
    calls: {
      ...Object.fromEntries(
        scores.map(([ref, reward]) => [
          ref,
          { fn: "score", inputs: { image: "decoder" }, settings: { path: `emoji:rewards/${reward.name}` } },
        ]),
      ),
      objective: {
        fn: "add scores",
        inputs: { scores: scores.map(([ref]) => ref) },
        settings: { weights: rewards.map(({ weight }) => weight) },
      },
    },
    updates: {
      optimizer: {
        objective: "objective",
        parameters: ["negative"],
        settings: { ...recipe, ...rates, optimizer: name, proximalWeight: pull },
      },
    },
  });
}

async function initialState(updates: OpenedUpdates): Promise<LearningState> {
  const parameters: LearningState["parameters"][string][] = [];
  const names: string[] = [];
  for (const { parameters: opened, update } of updates.values()) {
    for (const { ref, initial } of opened) {
      names.push(ref);
      parameters.push(initialParameter(await initial(), update.settings.emaDecay !== undefined));
    }
  }
  return {
    step: 0,
    parameters: Object.fromEntries(names.flatMap((name, i) => (parameters[i] ? [[name, parameters[i]]] : []))),
    stopping: {},
  };
}

/** Of the mean over the batch, before the optimizer sees it. */
async function gradientAt(opened: OpenedUpdate, state: LearningState) {
  const { batch: images } = opened.update.settings;
  const rewards: number[] = [];
  const sums: number[] = [];
  for (let first = 0; first < images; first += opened.batch) {
    const { objective, gradient } = await updateGradient(opened, drawBatch(opened, state.step, first, valuesOf(state)));
    rewards.push(...objective);
    for (const [i, n] of (gradient.get(targetName("negative", "context")) ?? []).entries())
      sums[i] = (sums[i] ?? 0) + n;
  }
  return { rewards, gradient: sums.map((n) => n / images) };
}

function relativeNorm(a: ArrayLike<number>, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return norm(b.map((n, i) => (a[i] ?? NaN) - n)) / norm(b);
}
