// Foresees a run: its stages, how often each is passed, what they compute, hand on and need, and what will not fit.

import type { Diagnostic } from "../common/diagnostic.ts";
import { printGigabytes } from "../common/print-gigabytes.ts";
import type { RunPlan, StagePlan } from "../common/run-plan.ts";
import { countFlops } from "../compiler/cost.ts";
import type { Graph } from "../compiler/graph.ts";
import { type MemoryEstimate, weightBytes } from "../compiler/memory.ts";
import type { FeedStage } from "../program/feed.ts";
import { type Border, BORDER_KINDS } from "../program/lowering.ts";
import { gradientPasses, samplingPasses } from "../program/schedule/count-passes.ts";
import type { Segment } from "../program/schedule/cut.ts";
import { measureStage } from "../runtime/measure-stage.ts";
import { memoryBudget } from "../runtime/memory-budget.ts";
import { followStages, Residency } from "../runtime/residency.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { keptMemory, learnedMemory } from "./learning-memory.ts";
import type { OpenedUpdates } from "./open-updates.ts";
import { planEvaluations, type StageWork } from "./plan-evaluations.ts";
import type { OpenedUpdate } from "./update-gradient.ts";

export interface RunPlanOptions {
  /** Whether to load and run every stage, to tell the time of a step. */
  readonly measure?: boolean;
  /** Bytes; absent: what the machine has. */
  readonly budget?: number | undefined;
}

type Passes = StagePlan["passes"];

interface ForeseenStage extends StageWork {
  readonly graph: Graph;
  readonly memory: MemoryEstimate;
}

interface PlannedStage extends Pick<StagePlan, "gives" | "again"> {
  readonly stage: Pick<Stage, "name" | "build" | "of">;
  readonly passes: Passes;
}

/** @throws Refusal as running a stage does, where that is asked for */
export async function planRun(
  run: ProgramRun,
  updates: OpenedUpdates,
  { measure = false, budget = memoryBudget(run.sessions.device) }: RunPlanOptions = {},
): Promise<RunPlan> {
  const { sessions } = run;
  const learned = learnedMemory(run.opened);
  const beside = [...updates.values()].reduce((sum, update) => sum + keptMemory(update), learned);
  const room = Math.max(0, budget - beside);
  const foreseen = new Map<PlannedStage["stage"], ForeseenStage>();
  const foresee = async (stage: PlannedStage["stage"]): Promise<ForeseenStage> => {
    const known = foreseen.get(stage);
    if (known !== undefined) return known;
    const { graph, memory } = sessions.prepare(stage.build());
    const seconds = measure ? await measureStage(sessions, stage, graph) : undefined;
    const found = { graph, memory, flops: countFlops(graph), ...(seconds === undefined ? {} : { seconds }) };
    foreseen.set(stage, found);
    return found;
  };
  const stages: { readonly plan: StagePlan; readonly memory: MemoryEstimate }[] = [];
  for (const planned of joined([...updates.values()].flatMap(stagesOf))) {
    const found = await foresee(planned.stage);
    stages.push({ memory: found.memory, plan: planStage(planned, found) });
  }
  const evaluations = await planEvaluations(run, foresee);
  const longest = Math.max(...[...updates.values()].map(({ update }) => update.settings.steps));
  const rounds = Math.min(longest, 2);
  const { staysLoaded } = followStages(
    stages.map(({ memory }) => memory),
    room,
    rounds,
  );
  // What runs between steps stays loaded beside their stages, where there is room.
  const { peak } = followStages(
    [...foreseen.values()].map(({ memory }) => memory),
    room,
    rounds,
  );
  const perStep = stages.flatMap(({ plan: { passes, seconds } }) =>
    passes.per === "step" && seconds !== undefined ? [passes.count * seconds] : [],
  );
  const [first] = updates.values();
  if (first === undefined) throw new Error("a program without an optimizer has no steps to plan");
  const size = sizeOf(updates);
  const limits = { budget, room, learned, microBatch: first.batch, isDrawn: size !== null };
  return {
    device: sessions.device,
    size,
    batch: first.update.settings.batch,
    microBatch: first.batch,
    steps: longest,
    optimizers: [...updates].map(([name, { cut }]) => ({ name, cuts: [...new Set(cut.cuts.map(wordsOf))] })),
    stages: stages.map(({ plan }) => plan),
    evaluations,
    memory: {
      peak: peak + beside,
      learned,
      available: Number.isFinite(budget) ? budget : null,
      staysLoaded,
    },
    ...(measure ? { secondsPerStep: perStep.reduce((sum, seconds) => sum + seconds, 0) } : {}),
    problems: stages.flatMap(({ plan, memory }) => checkStage(plan, memory, limits)),
  };
}

/** `image`, `hidden state of vae decoder` */
function wordsOf({ kind, within }: Border): string {
  return within === undefined ? kind : `${kind} of ${within.name}`;
}

/** Of the first images that are drawn: an optimizer of pairs draws none. */
function sizeOf(updates: OpenedUpdates): RunPlan["size"] {
  const [sampler] = [...updates.values()].flatMap(({ lowered }) => lowered.samplers);
  if (sampler === undefined) return null;
  const { height, width } = sampler.model.size;
  return { height, width };
}

/** In the order in which a step runs them. */
function stagesOf(opened: OpenedUpdate): PlannedStage[] {
  const { update, batch, lowered, cut, stages, samplers } = opened;
  const parts = update.settings.batch / batch;
  const perStep = (count: number): Passes => ({ count: count * parts, per: "step" });
  const gradients = gradientPasses(lowered.samplers);
  return [
    ...textStages(opened).map((stage) => ({
      stage,
      passes: { count: 1, per: "prompt" as const },
      gives: ["features of a text"],
      again: [],
    })),
    ...samplers.flatMap(({ sampler, contexts, stages: whole, cachedStages }) => {
      const passes = samplingPasses(sampler, cut);
      const predicts = { gives: ["prediction"], again: [] };
      return [
        ...(contexts === null
          ? []
          : [{ stage: contexts.stage, passes: perStep(1), gives: ["conditioning"], again: [] }]),
        ...whole.map((stage) => ({ stage, passes: perStep(passes.whole), ...predicts })),
        ...cachedStages.map((stage) => ({ stage, passes: perStep(passes.cached), ...predicts })),
      ];
    }),
    ...cut.segments.flatMap((segment) => {
      const stage = stages.get(segment);
      return stage === undefined ? [] : [{ stage, passes: perStep(gradients), ...describeSegment(segment) }];
    }),
  ];
}

/** A part that runs backwards from a cotangent computes its networks forwards first, as another part did before. */
function describeSegment({ gives, takes, isBackwards, networks }: Segment): Pick<StagePlan, "gives" | "again"> {
  const isAgain = isBackwards && [...takes.values()].includes("cotangent");
  return {
    gives: [...new Set([...gives.keys()].map(withoutCall))],
    again: isAgain ? [...new Set(networks.map(({ name }) => name))] : [],
  };
}

const NAMED_CALL = new RegExp(`^((gradient of )?(${BORDER_KINDS.join("|")})|gradient of \\S+) .*$`);

/** `gradient of latent sampler` → `gradient of latent` */
function withoutCall(name: string): string {
  return name.replace(NAMED_CALL, "$1");
}

/** What runs for each new text. */
function textStages({ lowered }: OpenedUpdate): FeedStage[] {
  return [
    ...new Set(
      [...lowered.feeds.values()].flatMap((feed) =>
        feed.rate === "prompt" && feed.stage !== undefined ? [feed.stage] : [],
      ),
    ),
  ];
}

/** Stages that several optimizers share are passed by each. */
function joined(planned: readonly PlannedStage[]): PlannedStage[] {
  const known = new Map<PlannedStage["stage"], PlannedStage>();
  for (const one of planned) {
    const before = known.get(one.stage);
    const isSum = before !== undefined && one.passes.per === "step";
    const passes = isSum ? { ...one.passes, count: before.passes.count + one.passes.count } : one.passes;
    known.set(one.stage, { ...one, passes });
  }
  return [...known.values()];
}

function planStage(
  { stage: { name }, passes, gives, again }: PlannedStage,
  { graph, memory: { mapped, folded, activations }, flops, seconds }: ForeseenStage,
): StagePlan {
  return {
    name,
    operators: graph.nodes.length,
    passes,
    gives,
    again,
    flops,
    weights: weightBytes(graph.weights.values()),
    memory: { mapped: weightBytes(mapped), folded, activations },
    ...(seconds === undefined ? {} : { seconds }),
  };
}

interface StageLimits {
  /** Bytes that may be used. */
  readonly budget: number;
  /** Those of them that are left for stages. */
  readonly room: number;
  readonly learned: number;
  readonly microBatch: number;
  /** Whether the run draws the images that it learns from, and could draw smaller ones. */
  readonly isDrawn: boolean;
}

/** A stage that does not even fit alone. */
function checkStage(
  stage: StagePlan,
  memory: MemoryEstimate,
  { budget, room, learned, microBatch, isDrawn }: StageLimits,
): Diagnostic[] {
  const alone = new Residency<StagePlan>(room);
  alone.admit(stage, memory);
  if (alone.peak <= room) return [];
  // Half of what may be used: less of the rest would not help.
  const isLarge = learned > budget / 2;
  const { mapped, folded, activations } = stage.memory;
  return [
    {
      severity: "warning",
      code: "plan-memory",
      at: { stage: stage.name },
      message: `needs ${printGigabytes(alone.peak)} of memory, ${printGigabytes(mapped + folded)} of it weights and ${printGigabytes(activations)} results, but ${printGigabytes(budget)} may be used${learned < 5e7 ? "" : `, of which what is trained and its optimizer take ${printGigabytes(learned)}`}`,
      help: isLarge
        ? "train less: a LoRA in place of whole weights, fewer layers, or by an optimizer that remembers less, such as sgd"
        : microBatch > 1
          ? `make the micro-batch size (\`microBatch\`) smaller than ${microBatch}; the batch size may stay as it is`
          : `${isDrawn ? "make images smaller (`size`), " : ""}close other programs, or run it on a machine with more memory`,
    },
  ];
}
