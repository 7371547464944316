// Opens everything a run needs: pipeline, sampler, rewards. Nothing is loaded before the first step needs it, unless only a trial
// of the UNet can tell what it predicts.

import { refuse } from "../common/diagnostic.ts";
import type { RewardOptions } from "../common/reward-options.ts";
import { openPipeline, type Pipeline } from "../models/pipeline.ts";
import { wordsOf } from "../models/prompt/read-parts.ts";
import { openReward } from "../models/reward/open-reward.ts";
import { createStageClock } from "../runtime/stage-clock.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { resolvePrediction, type ResolveOptions } from "../sampling/resolve-prediction.ts";
import { type GeneratorTexts, openGenerator, openReader, pixelSize } from "./generator.ts";
import { openJudge, type Judge } from "./judge.ts";
import { openScheduler } from "./open-scheduler.ts";
import type { Plan } from "./plan.ts";
import { chunksOf } from "./prompt-chunks.ts";
import type { Learner } from "./reneg-step.ts";

export interface OpenLearnerOptions extends ResolveOptions {
  readonly signal?: AbortSignal;
  /** Those of another learner, so that both share memory; absent: new ones. */
  readonly sessions?: StageSessions;
}

export interface OpenedLearner {
  readonly learner: Learner;
  /** As given, with what a trial told. */
  readonly plan: Plan;
}

/** Whoever opened `learner.generator.sessions` releases them. */
export async function openLearner(given: Plan, options: OpenLearnerOptions): Promise<OpenedLearner> {
  const { emit } = options;
  await emit?.({ type: "loading", what: "pipeline and rewards" });
  const plan = await resolvePrediction(given, options);
  const learner = openSettled(plan, options);
  await emit?.({ type: "loading", what: null });
  return { plan, learner };
}

function openSettled(plan: Plan, options: OpenLearnerOptions): Learner {
  const { device, signal, emit } = options;
  const onLoad = emit && ((what: string | null) => emit({ type: "loading", what }));
  const clock = emit && createStageClock(device, (times) => emit({ type: "stages", times }));
  const { sessions = new StageSessions(device, signal, { onLoad, clock }) } = options;
  const pipeline = openPipeline(plan.pipeline, plan);
  const batch = Math.min(plan.microBatch, plan.batch);
  if (plan.batch % batch !== 0) {
    refuse({
      code: "recipe-batch",
      at: { part: "microBatch" },
      message: `a batch of ${plan.batch} cannot be made in parts of ${batch}`,
      help: "choose a microBatch that divides batch",
    });
  }
  const generator = openGenerator(pipeline, sessions, batch, plan.size, textsOf(plan, pipeline));
  const { scheduler: name, steps } = plan.sampler;
  const judge = ({ path, ...options }: RewardOptions & { readonly path: string }): Judge =>
    openJudge(openReward(path, options), sessions, batch, pixelSize(generator), (prompt) => wordsOf(prompt, plan));
  return {
    generator,
    scheduler: openScheduler(pipeline, name, steps),
    objectives: plan.rewards.map(({ weight, ...reward }) => ({ judge: judge(reward), weight })),
    heldOut: byName(plan.heldOut.map(judge)),
  };
}

/**
 * All texts of a run are filled up to as many chunks as its longest has, so that a picture does not depend on which others are made with it.
 */
function textsOf(plan: Plan, pipeline: Pipeline): GeneratorTexts {
  const reader = openReader(pipeline, plan);
  if (plan.longPrompts === "cut") return { reading: plan, chunks: 1 };
  const texts = [
    plan.prompts,
    ...[...plan.previews, ...plan.evaluations, ...plan.perSample].map(({ prompts = [] }) => prompts),
    plan.evaluations.map(({ handwritten }) => handwritten),
    plan.previews.flatMap(({ negative }) => (negative?.kind === "text" ? negative.text : [])),
  ].flat();
  return { reading: plan, chunks: texts.reduce((most, text) => Math.max(most, chunksOf(text, reader)), 1) };
}

/** Rewards are called by their files, which may lie in different folders under one name: then they are counted. */
function byName(judges: readonly Judge[]): ReadonlyMap<string, Judge> {
  const named = new Map<string, Judge>();
  for (const judge of judges) {
    const { name } = judge.reward;
    let free = name;
    for (let i = 2; named.has(free); i++) free = `${name} (${i})`;
    named.set(free, judge);
  }
  return named;
}
