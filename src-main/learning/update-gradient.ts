// The gradient of an optimizer's objective to its parameters, for one micro-batch: every sampler goes to the steps whose gradients are
// taken, and the graph from there to the objective runs forwards and backwards, in as many parts as it is cut into.

import { addScaled } from "../common/add-scaled.ts";
import { computesInHalf } from "../common/device.ts";
import type { Ref } from "../common/program/program.ts";
import { imagesAtOnce, type Update } from "../common/program/update.ts";
import { tellSums } from "../compiler/tell-sums.ts";
import { lowerUpdate, type LoweredUpdate, targetName, toldName } from "../program/lower-update.ts";
import { type CutGraph, gradientOf, isGradient, OBJECTIVE, type Segment } from "../program/schedule/cut.ts";
import type { OpenedParameter, OpenedSampler } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment, ParameterValues } from "../sampling/moment.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { openSampler, rollOut, type SamplerRun, type SamplingStep } from "../sampling/roll-out.ts";
import { LossScale } from "./loss-scale.ts";
import { handsOn, runSegments } from "./run-segments.ts";

export interface OpenedUpdate {
  readonly run: ProgramRun;
  readonly update: Update;
  readonly parameters: readonly OpenedParameter[];
  readonly lowered: LoweredUpdate;
  readonly cut: CutGraph;
  readonly stages: ReadonlyMap<Segment, Stage>;
  readonly samplers: readonly SamplerRun[];
  readonly lossScale: LossScale;
  /** Images at once. */
  readonly batch: number;
}

export interface OpenUpdateOptions {
  /** Absent: those of micro-batches. */
  readonly batch?: number;
  readonly tell?: Parameters<typeof lowerUpdate>[2]["tell"];
  /** @param samplers what predicts for each of the graph's samplers */
  readonly cut: (lowered: LoweredUpdate, samplers: readonly SamplerRun[]) => CutGraph;
}

export function openUpdate(
  run: ProgramRun,
  update: Update,
  { batch, tell, cut: cutOf }: OpenUpdateOptions,
): OpenedUpdate {
  const { heldOut } = update;
  const images = batch ?? imagesAtOnce(update.settings);
  const lowered = lowerUpdate(run.opened, update, {
    batch: images,
    chunks: run.chunks,
    tell: tell ?? heldOut.map((ref) => ({ ref, kind: "score" as const })),
    scalesLoss: computesInHalf(run.sessions.device),
  });
  const samplers = lowered.samplers.map((sampler) => openSampler(run, sampler, images));
  const cut = cutOf(lowered, samplers);
  const stages = new Map(cut.segments.map((segment) => [segment, stageOf({ run, lowered, cut }, segment)]));
  return {
    run,
    update,
    parameters: update.parameters.map((ref) => run.opened.parameter(ref)),
    lowered,
    cut,
    stages,
    samplers,
    lossScale: new LossScale(),
    batch: images,
  };
}

/** What a device keeps of its results nobody looks at, but for whether it is finite. */
function stageOf({ run, lowered, cut }: Pick<OpenedUpdate, "run" | "lowered" | "cut">, segment: Segment): Stage {
  const keeps = run.sessions.keepsResults ? handsOn({ lowered, cut }, segment) : [];
  const graph = segment.build();
  return run.stageOf(keeps.length === 0 ? graph : tellSums(graph, keeps), { ...segment, keeps });
}

export interface MicroBatch {
  /** Numbers of the images, by which those to begin with are chosen. */
  readonly images: readonly number[];
  /** The text of each image, by the call of the prompts. */
  readonly texts: ReadonlyMap<Ref, readonly string[]>;
  /** Places of the examples that are drawn, by the call that they are drawn from. */
  readonly examples: ReadonlyMap<Ref, readonly number[]>;
  /** Standard normal, by the sampler. */
  readonly noise: ReadonlyMap<Ref, Float32Array>;
  /** The sampling steps whose gradients are taken, ascending, by the sampler. */
  readonly indices: ReadonlyMap<Ref, readonly number[]>;
  readonly parameters: ParameterValues;
}

export interface GradientOutcome {
  /** The objective of each image, the mean over the steps taken. */
  readonly objective: Float32Array;
  /** What is told besides, by `toldName`: of a score the mean over the steps taken, of an image the one foreseen from the last of them. */
  readonly told: ReadonlyMap<string, Float32Array>;
  /** d Σ objective / d parameter, the mean over the steps taken, with trajectories held fixed up to them; by `targetName`. */
  readonly gradient: ReadonlyMap<string, Float32Array>;
}

export async function updateGradient(opened: OpenedUpdate, batch: MicroBatch): Promise<GradientOutcome> {
  const positions = new Map<Ref, readonly SamplingStep[]>();
  for (const sampler of opened.samplers) positions.set(sampler.sampler.ref, await goTo(opened, sampler, batch));
  return gradientOver(opened, batch, positions);
}

/** The steps of one sampler's trajectory at which gradients are taken. */
async function goTo(opened: OpenedUpdate, run: SamplerRun, batch: MicroBatch): Promise<SamplingStep[]> {
  const { sampler } = run;
  const { ref } = sampler;
  const indices = startsOf(sampler, batch.indices.get(ref) ?? []);
  const noise = batch.noise.get(ref);
  if (noise === undefined) throw new Error(`no noise for ${ref}`);
  const { texts, images, examples, parameters } = batch;
  const moment = { texts, images, examples, parameters };
  const taken: SamplingStep[] = [];
  const last = Math.max(...indices);
  const isPredicted = isCutAtPrediction(opened, ref);
  const { sample, previous } = await rollOut(run, noise, moment, {
    // Where the graph predicts by itself, the sampler stops before.
    until: isPredicted ? last + 1 : last,
    onStep: (step) => void (indices.includes(step.index) && taken.push(step)),
  });
  if (!isPredicted) taken.push({ index: last, sample, previous, prediction: new Float32Array(), isWhole: false });
  return taken;
}

/** Where a sampler has to stand: through several steps the graph goes by itself. */
export function startsOf({ gradient }: OpenedSampler, indices: readonly number[]): readonly number[] {
  return gradient.kind === "unrolled" ? indices.slice(0, 1) : indices;
}

function isCutAtPrediction({ cut }: OpenedUpdate, sampler: Ref): boolean {
  return cut.cuts.some((border) => border.sampler === sampler);
}

/** The mean over positions that trajectories passed under these parameters. */
export async function gradientOver(
  opened: OpenedUpdate,
  moment: Omit<Moment, "samplers">,
  positions: ReadonlyMap<Ref, readonly SamplingStep[]>,
): Promise<GradientOutcome> {
  const count = Math.max(1, ...[...positions.values()].map(({ length }) => length));
  const images = stepsOfImages(opened, positions);
  const sums = new Map<string, Float32Array>();
  for (let i = 0; i < count; i++) {
    const here = new Map(
      [...positions].map(([ref, steps]) => {
        const step = steps[i % steps.length];
        if (step === undefined) throw new Error(`${ref} stands nowhere`);
        return [ref, step] as const;
      }),
    );
    const results = await scaled(opened, (scale) => runSegments(opened, { ...moment, samplers: here }, here, scale));
    for (const [name, values] of results) {
      const steps = images.get(name);
      if (steps === undefined) addScaled(sums, name, values, 1 / count);
      else if (i < steps) sums.set(name, values);
    }
  }
  return outcomeOf(opened, sums);
}

/** What the parts give, with gradients as they are whatever they were multiplied by on their way. */
async function scaled(
  { lowered, lossScale }: OpenedUpdate,
  run: (scale: number) => Promise<ReadonlyMap<string, Float32Array>>,
): Promise<ReadonlyMap<string, Float32Array>> {
  if (lowered.scalesLoss !== true) return run(1);
  return lossScale.with(async (scale) => {
    const results = await run(scale);
    return new Map(
      [...results].map(([name, values]) => [name, isGradient(name) ? values.map((n) => n / scale) : values]),
    );
  });
}

/** From how many steps each image that is told is foreseen, by `toldName`: their mean would be no image. */
function stepsOfImages(
  { run: { opened }, lowered }: OpenedUpdate,
  positions: ReadonlyMap<Ref, readonly SamplingStep[]>,
): ReadonlyMap<string, number> {
  const told = Object.keys(opened.program.calls).filter((ref) => lowered.outputs.has(toldName("image", ref)));
  return new Map(
    told.map((image) => {
      const counts = opened.samplersOf(image).map(({ ref }) => positions.get(ref)?.length ?? 0);
      return [toldName("image", image), Math.max(1, ...counts)];
    }),
  );
}

function outcomeOf({ parameters, lowered }: OpenedUpdate, sums: ReadonlyMap<string, Float32Array>): GradientOutcome {
  const objective = sums.get(OBJECTIVE);
  if (objective === undefined) throw new Error("nothing was computed of the objective");
  const gradient = parameters.flatMap(({ ref, shapes }) =>
    Object.keys(shapes).flatMap((tensor) => {
      const name = targetName(ref, tensor);
      const values = sums.get(gradientOf(name));
      return values === undefined ? [] : [[name, values] as const];
    }),
  );
  const told = [...lowered.outputs.keys()].flatMap((name) => {
    const values = sums.get(name);
    return values === undefined ? [] : [[name, values] as const];
  });
  return { objective, told: new Map(told), gradient: new Map(gradient) };
}
