// What predicts for a sampler, as a graph of its own. Where deep features are kept between steps, a second graph goes on from them: only the
// network's first convolution and its last layer run, what is between is left out (DeepCache, Ma et al. 2024, arXiv 2312.00858).

import { refuse } from "../common/diagnostic.ts";
import { callOf, type Ref } from "../common/program/program.ts";
import { byteCount } from "../common/tensor.ts";
import type { Value } from "../compiler/graph.ts";
import { atNode } from "../program/at-node.ts";
import type { Lowering } from "../program/lowering.ts";
import { RESULT } from "../program/schedule/cut.ts";
import type { OpenedSampler, Tensors } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import { openValue, openValues } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";

/** What whole passes computed on the way, by what it is given as. */
export type DeepFeatures = ReadonlyMap<Ref, Float32Array>;

export interface Predicted {
  /** ε̃ (or ṽ). */
  readonly output: Float32Array;
  /** Of the last whole pass; empty where none are kept. */
  readonly features: DeepFeatures;
}

export interface OpenedPrediction {
  /** Of whole passes, in the order in which they run; those that compute the same are one. */
  readonly stages: readonly Stage[];
  /** Of passes that go on from kept features; none where the sampler keeps none. */
  readonly cachedStages: readonly Stage[];
  /** Of all deep features. */
  readonly keptBytes: number;
  /** Encodes texts and reads files before the first step. */
  readonly prepare: (moment: Moment) => Promise<void>;
  /** @param kept features of an earlier step; `null`: a whole pass */
  readonly predict: (moment: Moment, kept: DeepFeatures | null) => Promise<Predicted>;
}

export interface PredictionOptions {
  readonly batch: number;
  readonly sampler: OpenedSampler;
  /** What was computed before the first step. */
  readonly given: ReadonlySet<Ref>;
  /** As of `openValues`. */
  readonly atOnce?: boolean;
  /** Tells the passes of one sampler apart. */
  readonly pass: string;
  readonly lower: (lowering: Lowering) => Value;
  /** Of what goes on from kept features; absent: the same. */
  readonly lowerCached?: (lowering: Lowering) => Value;
}

/** Nothing is loaded before it is first computed. @throws Refusal where features are to be kept of a network that has none */
export function openPrediction(run: ProgramRun, options: PredictionOptions): OpenedPrediction {
  const { sampler, pass, lower, lowerCached = lower } = options;
  const { batch, given, atOnce = false } = options;
  const opening = { batch, given, atOnce, label: "prediction" };
  if (sampler.cacheInterval === 1) {
    const { stage, compute, prepare } = openValue(run, { ...opening, lower });
    const predict = async (moment: Moment): Promise<Predicted> => ({
      output: await compute(moment),
      features: new Map(),
    });
    return { stages: [stage], cachedStages: [], keptBytes: 0, prepare, predict };
  }
  const whole = openValues(run, {
    ...opening,
    lower: (lowering) => ({ [RESULT]: lower(lowering), ...deepFeaturesOf(run, sampler, lowering) }),
  });
  const { [RESULT]: _, ...shapes } = whole.shapes;
  // No call is called so.
  const givenAs = (name: string): Ref => `${sampler.ref} ${pass} ${name}`;
  const cached = openValue(run, {
    ...opening,
    givenFeatures: Object.entries(shapes).map(([name, shape]) => ({ value: givenAs(name), shape })),
    lower: lowerCached,
  });
  return {
    stages: [whole.stage],
    cachedStages: [cached.stage],
    keptBytes: Object.values(shapes).reduce((sum, shape) => sum + byteCount({ dtype: "float32", shape }), 0),
    prepare: whole.prepare,
    async predict(moment, kept) {
      if (kept !== null) {
        const known = new Map([...(moment.given ?? []), ...kept]);
        return { output: await cached.compute({ ...moment, given: known }), features: kept };
      }
      const { [RESULT]: output, ...features } = await whole.compute(moment);
      if (output === undefined) throw new Error("a stage lacks an output that it was built with");
      return {
        output,
        features: new Map(Object.entries(features).map(([name, numbers]) => [givenAs(name), numbers])),
      };
    },
  };
}

/** By names that do not tell whose they are: passes that compute the same share a session. */
function deepFeaturesOf({ opened }: ProgramRun, { ref }: OpenedSampler, { deepFeatures }: Lowering): Tensors {
  const named = deepFeatures.map((features, i): [string, Value] => {
    if (features !== null) return [`features ${i + 1}`, features];
    return atNode(callOf(opened.program, ref), () =>
      refuse({
        code: "cache-export",
        at: { part: ref, param: "cacheInterval" },
        message:
          "an ONNX export gives its result alone, and no deep features that could be kept between sampling steps",
        help: "set Cache interval to 1, or use the model's own files",
      }),
    );
  });
  return Object.fromEntries(named);
}
