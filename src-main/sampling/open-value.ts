// One value of a program as a graph of its own, with the session that it is computed in: one that is known, where it computes the same.

import type { Ref } from "../common/program/program.ts";
import type { Shape } from "../common/tensor.ts";
import type { Value } from "../compiler/graph.ts";
import { removeDead } from "../compiler/passes/remove-dead.ts";
import { askAtOnce } from "../program/ask-at-once.ts";
import { type GivenFeatures, Lowering, type SamplerEntry } from "../program/lowering.ts";
import { RESULT } from "../program/schedule/cut.ts";
import type { Tensors } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import type { ProgramRun } from "./program-run.ts";

interface Computed<Result> {
  readonly stage: Stage;
  readonly compute: (moment: Moment) => Promise<Result>;
  /** Reads and encodes what does not depend on where a sampler stands. */
  readonly prepare: (moment: Moment) => Promise<void>;
}

export type ComputedValue = Computed<Float32Array>;

export interface ComputedValues extends Computed<Readonly<Record<string, Float32Array>>> {
  /** By name, as the results. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface OpenOptions {
  /** Images at once. */
  readonly batch: number;
  /** Values that are inputs; what samplers draw always is. */
  readonly given?: ReadonlySet<Ref>;
  /** Latents of videos come frame by frame: the batch is one of frames. */
  readonly rows?: "frames";
  /** As of a `Lowering`. */
  readonly givenFeatures?: readonly GivenFeatures[];
  /** Whether a network that is asked several times of one sample is asked at once. Default false. */
  readonly atOnce?: boolean;
  /** What the stage is called if it holds no network. */
  readonly label: string;
}

export interface OpenValueOptions extends OpenOptions {
  readonly lower: (lowering: Lowering) => Value;
}

/** Nothing is loaded before it is first computed. */
export function openValue(run: ProgramRun, { lower, ...options }: OpenValueOptions): ComputedValue {
  const { stage, compute, prepare } = openValues(run, {
    ...options,
    lower: (lowering) => ({ [RESULT]: lower(lowering) }),
  });
  return {
    stage,
    prepare,
    async compute(moment) {
      const result = (await compute(moment))[RESULT];
      if (result === undefined) throw new Error("a stage lacks an output that it was built with");
      return result;
    },
  };
}

export interface OpenValuesOptions extends OpenOptions {
  readonly lower: (lowering: Lowering) => Tensors;
}

/** As `openValue`, several of one graph. */
export function openValues(
  run: ProgramRun,
  { given = new Set(), rows, label, lower, atOnce = false, ...options }: OpenValuesOptions,
): ComputedValues {
  const entry: SamplerEntry = rows === undefined ? { kind: "given" } : { kind: "given", rows };
  const lowering = new Lowering({ ...options, chunks: run.chunks, samplerEntry: () => entry, given });
  const results = lower(lowering);
  const values = Object.entries(atOnce ? askAtOnce(lowering, results) : results);
  for (const [name, value] of values) lowering.b.output(name, value);
  const graph = removeDead(lowering.b.build());
  const stage = run.stageOf(graph, { networks: lowering.networks, label });
  return {
    stage,
    shapes: Object.fromEntries(values.map(([name, { shape }]) => [name, shape])),
    async prepare(moment) {
      const inputs = graph.inputs.filter(({ name }) => EARLY.has(lowering.feeds.get(name)?.rate));
      await run.feed({ inputs }, lowering.feeds, moment);
    },
    compute: async (moment) => run.sessions.run(stage, await run.feed(graph, lowering.feeds, moment)),
  };
}

const EARLY: ReadonlySet<string | undefined> = new Set(["run", "prompt"]);
