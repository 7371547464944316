// Foresees a run: its stages, how often each is passed, what they compute and need, and what will not fit.

import type { DeviceName } from "../common/device.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { RunPlan, StagePlan } from "../common/run-plan.ts";
import { byteCount, elementCount } from "../common/tensor.ts";
import { countFlops } from "../compiler/cost.ts";
import type { Graph } from "../compiler/graph.ts";
import type { MemoryEstimate } from "../compiler/memory.ts";
import { prepareGraph } from "../runtime/graph-session.ts";
import { measureStage } from "../runtime/measure-stage.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { Residency } from "../runtime/residency.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import { textBytes } from "../runtime/text-store.ts";
import { checkTexts } from "./check-texts.ts";
import { pixelSize } from "./generator.ts";
import { openLearner } from "./open-learner.ts";
import type { Plan } from "./plan.ts";
import type { Learner } from "./reneg-step.ts";

export interface RunPlanOptions {
  readonly device: DeviceName;
  /** Whether to load and run every stage, to tell the time of a step. */
  readonly measure?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes; absent: what the machine has. */
  readonly budget?: number;
}

/** @throws Refusal as opening the pipeline and the rewards does, or as running a stage does where that is asked for */
export async function planRun(plan: Plan, options: RunPlanOptions): Promise<RunPlan> {
  const { device, measure = false, signal, budget = memoryBudget(device) } = options;
  const { learner } = await openLearner(plan, { device, ...(signal && { signal }) });
  const { sessions, size } = learner.generator;
  const stages: { readonly plan: StagePlan; readonly memory: MemoryEstimate }[] = [];
  try {
    for (const { stage, passes } of stagesOf(learner, plan)) {
      const { graph, memory } = prepareGraph(stage.build());
      const seconds = measure ? await measureStage(sessions, stage, graph) : undefined;
      stages.push({ memory, plan: planStage(stage, passes, graph, memory, seconds) });
    }
  } finally {
    await sessions.release();
  }
  const { peak, staysLoaded } = followSteps(
    stages.map(({ memory }) => memory),
    plan.steps,
    budget,
  );
  const perStep = stages.flatMap(({ plan: { passes, seconds } }) =>
    passes.per === "step" && seconds !== undefined ? [passes.count * seconds] : [],
  );
  return {
    device,
    size: pixelSize(learner.generator),
    batch: plan.batch,
    microBatch: size.batch,
    steps: plan.steps,
    optimizers: [],
    stages: stages.map((stage) => stage.plan),
    memory: { peak: peak + keptTexts(learner, plan), available: Number.isFinite(budget) ? budget : null, staysLoaded },
    ...(measure ? { secondsPerStep: perStep.reduce((sum, seconds) => sum + seconds, 0) } : {}),
    problems: [
      ...checkTexts(learner, plan),
      ...stages.flatMap(({ plan: stage, memory }) => checkStage(stage, memory, budget, size.batch)),
    ],
  };
}

/** Bytes that stay of texts: the conditioning of each prompt, and what each reward knows of it. */
function keptTexts({ generator, objectives, heldOut }: Learner, { prompts }: Plan): number {
  const { pipeline, chunks } = generator;
  const judges = [...objectives.map(({ judge }) => judge), ...heldOut.values()];
  const features = judges.map(({ text }) =>
    Object.values(text?.reward.features ?? {}).reduce((sum, shape) => sum + 4 * elementCount(shape), 0),
  );
  const each = [4 * chunks * pipeline.tokens * pipeline.width, ...features];
  return each.reduce((sum, bytes) => sum + textBytes(prompts.length, bytes), 0);
}

interface PlannedStage {
  readonly stage: Stage;
  readonly passes: StagePlan["passes"];
}

/** In the order in which a step runs them. */
function stagesOf({ generator, objectives, heldOut }: Learner, plan: Plan): PlannedStage[] {
  const { textEncoder, guided, guidedGradient, decoder, decoderGradient } = generator.stages;
  const parts = plan.batch / generator.size.batch;
  const { steps, lastSteps } = plan.sampler;
  // Sampling ends at the step whose gradient is taken, any of the last ones alike.
  const samplingSteps = steps - (lastSteps - 1) / 2;
  const perStep = (stage: Stage, count = 1): PlannedStage => ({ stage, passes: { count: count * parts, per: "step" } });
  const perPrompt = (stage: Stage): PlannedStage => ({ stage, passes: { count: 1, per: "prompt" } });
  const climbed = objectives.map(({ judge }) => judge);
  const watched = [...heldOut.values()];
  return [
    perPrompt(textEncoder),
    perStep(guided, samplingSteps),
    perStep(decoder),
    ...[...climbed, ...watched].flatMap(({ text }) => (text === null ? [] : [perPrompt(text.stage)])),
    ...climbed.map(({ stages }) => perStep(stages.gradient)),
    ...watched.map(({ stages }) => perStep(stages.score)),
    perStep(decoderGradient),
    perStep(guidedGradient),
  ];
}

function planStage(
  { name }: Stage,
  passes: StagePlan["passes"],
  graph: Graph,
  { mapped, folded, activations }: MemoryEstimate,
  seconds: number | undefined,
): StagePlan {
  return {
    name,
    operators: graph.nodes.length,
    passes,
    gives: [],
    again: [],
    flops: countFlops(graph),
    weights: [...graph.weights.values()].reduce((sum, weight) => sum + weight.length, 0),
    memory: { mapped: mapped.reduce((sum, weight) => sum + byteCount(weight), 0), folded, activations },
    ...(seconds === undefined ? {} : { seconds }),
  };
}

/** Two steps, if the run has more than one: in the second it shows whether everything stayed, and early stages run beside late ones. */
function followSteps(
  stages: readonly MemoryEstimate[],
  steps: number,
  budget: number,
): { peak: number; staysLoaded: boolean } {
  const residency = new Residency<MemoryEstimate>(budget);
  const followed = steps > 1 ? [...stages, ...stages] : stages;
  const released = followed.flatMap((memory) => residency.admit(memory, memory));
  return { peak: residency.peak, staysLoaded: released.length === 0 };
}

/** A stage that does not even fit alone. */
function checkStage(stage: StagePlan, memory: MemoryEstimate, budget: number, microBatch: number): Diagnostic[] {
  const alone = new Residency<StagePlan>(budget);
  alone.admit(stage, memory);
  if (alone.peak <= budget) return [];
  const { mapped, folded, activations } = stage.memory;
  return [
    {
      severity: "warning",
      code: "plan-memory",
      at: { stage: stage.name },
      message: `needs ${gigabytes(alone.peak)} of memory, ${gigabytes(mapped + folded)} of it weights and ${gigabytes(activations)} results, but ${gigabytes(budget)} may be used`,
      help:
        microBatch > 1
          ? `make microBatch smaller than ${microBatch}; batch may stay as it is`
          : "make pictures smaller (`size`), close other programs, or run it on a machine with more memory",
    },
  ];
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
