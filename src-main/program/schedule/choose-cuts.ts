// Where to cut the graph of a step: the fastest way whose foreseen memory fits.

import type { CutChoice } from "../../common/cut-choice.ts";
import type { Graph } from "../../compiler/graph.ts";
import type { MemoryEstimate } from "../../compiler/memory.ts";
import type { LoweredUpdate } from "../lower-update.ts";
import type { Border, BorderKind } from "../lowering.ts";
import { gradientPasses, samplingPasses } from "./count-passes.ts";
import { cutFiner, type Results } from "./cut-finer.ts";
import { type CutGraph, cutGraph, type Segment } from "./cut.ts";

/**
 * Without a cut between the networks behind a prediction. Which of the two computes less depends on the sampler: one takes the prediction
 * from it, the other saves it a pass.
 */
const COARSE: readonly (readonly BorderKind[])[] = [[], ["prediction"]];
/** At every network; rewards of one image share a part. */
const BORDERS: readonly BorderKind[] = ["conditioning", "prediction", "latent", "image"];

export interface StageEstimate {
  /** Of one pass. */
  readonly flops: number;
  readonly memory: () => MemoryEstimate;
}

export interface CuttingMeans {
  /** Bytes that may be used; Infinity: not known. */
  readonly budget: number;
  readonly estimate: (graph: Graph) => StageEstimate;
  /** Bytes when all of these stay loaded. */
  readonly peakOf: (memories: readonly MemoryEstimate[]) => number;
  /** What predicts for each of the graph's samplers. */
  readonly predictions: () => readonly PredictionEstimate[];
  /** What encodes texts once for all sampling steps. */
  readonly contexts: () => readonly StageEstimate[];
}

export interface PredictionEstimate {
  /** What runs in a pass of the whole network. */
  readonly whole: readonly StageEstimate[];
  /** What runs in one from kept features. */
  readonly cached: readonly StageEstimate[];
}

export function chooseCuts(choice: CutChoice, lowered: LoweredUpdate, means: CuttingMeans): CutGraph {
  switch (choice) {
    case "none":
      return cutGraph(lowered, []);
    case "borders":
      return cutGraph(lowered, ofKinds(lowered, BORDERS));
    case "auto":
      return means.budget === Infinity ? cutGraph(lowered, ofKinds(lowered, BORDERS)) : fastest(lowered, means);
  }
}

/** A cutting is looked at only where none that computes less fits: to know what one needs takes as long as to make it ready. */
function fastest(lowered: LoweredUpdate, means: CuttingMeans): CutGraph {
  const before = { predictions: means.predictions(), contexts: means.contexts() };
  const known = new Map<string, Segment>();
  const look = (borders: readonly Border[]): Way => {
    const cut = cutGraph(lowered, borders, known);
    return { cut, ...estimateStep(lowered, cut, before, means) };
  };
  const fits = ({ isLoadable, peak }: Way): boolean => isLoadable && peak() <= means.budget;
  const coarse = COARSE.map((kinds) => look(ofKinds(lowered, kinds)));
  const fitting = coarse.toSorted((a, b) => a.flops - b.flops).find(fits);
  if (fitting !== undefined) return fitting.cut;
  const start = coarse.findLast(({ isLoadable }) => isLoadable) ?? look(ofKinds(lowered, BORDERS));
  return refine(lowered, start, look, means.budget).cut;
}

/** As far as it must be and helps: more parts are more sessions, which take memory, too. */
function refine(lowered: LoweredUpdate, start: Way, look: (borders: readonly Border[]) => Way, budget: number): Way {
  let [way, least] = [start, start];
  while (way.peak() > budget) {
    const cuts = cutFiner(lowered, way.cut, way.results(), way.peak() - budget);
    const finer = cuts === undefined ? way : look(cuts);
    if (Math.max(...finer.results().ofSegments) >= Math.max(...way.results().ofSegments)) return least;
    way = finer;
    if (way.peak() < least.peak()) least = way;
  }
  return way;
}

function ofKinds({ borders }: LoweredUpdate, kinds: readonly BorderKind[]): readonly Border[] {
  return borders.filter(({ kind }) => kinds.includes(kind));
}

interface StepEstimate {
  /** Of a step, for one micro-batch. */
  readonly flops: number;
  /** Bytes when all stages stay loaded. */
  readonly peak: () => number;
  readonly results: () => Results;
  /** onnxruntime reads the weights of one session from one volume. */
  readonly isLoadable: boolean;
}

interface Way extends StepEstimate {
  readonly cut: CutGraph;
}

type BeforeGradient = { readonly [W in "predictions" | "contexts"]: ReturnType<CuttingMeans[W]> };

function estimateStep(
  { samplers }: LoweredUpdate,
  cut: CutGraph,
  { predictions, contexts }: BeforeGradient,
  means: CuttingMeans,
): StepEstimate {
  const sampling = predictions.flatMap((estimates, i) => {
    const sampler = samplers[i];
    if (sampler === undefined) throw new Error("a prediction without its sampler");
    const passes = samplingPasses(sampler, cut);
    return [
      ...estimates.whole.map((estimate) => ({ ...estimate, passes: passes.whole })),
      ...estimates.cached.map((estimate) => ({ ...estimate, passes: passes.cached })),
    ];
  });
  const graphs = cut.segments.map((segment) => segment.build());
  const segments = graphs.map((graph) => ({ ...means.estimate(graph), passes: gradientPasses(samplers) }));
  const encoding = contexts.map((estimate) => ({ ...estimate, passes: 1 }));
  const others = [...encoding, ...sampling];
  const stages = [...others, ...segments];
  return {
    flops: stages.reduce((sum, { flops, passes }) => sum + passes * flops, 0),
    peak: () => means.peakOf(stages.map(({ memory }) => memory())),
    results: () => ({
      ofSegments: segments.map(({ memory }) => memory().activations),
      ofOthers: Math.max(0, ...others.map(({ memory }) => memory().activations)),
    }),
    isLoadable: graphs.every((graph) => volumesOf(graph).size < 2),
  };
}

/** `C:` and `D:`, or one root. */
function volumesOf({ weights }: Graph): Set<string> {
  return new Set([...weights.values()].map(({ file }) => /^([A-Za-z]:|\\\\[^\\]+)/.exec(file)?.[0] ?? "/"));
}
