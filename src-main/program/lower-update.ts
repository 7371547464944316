// Everything between an optimizer's parameters and its objective, as one differentiable graph.

import { refuse } from "../common/diagnostic.ts";
import { callOf, type Ref } from "../common/program/program.ts";
import type { Update } from "../common/program/update.ts";
import { atNode } from "./at-node.ts";
import type { Feed } from "./feed.ts";
import { Lowering, type SamplerEntry } from "./lowering.ts";
import type { OpenedProgram } from "./open-program.ts";
import { bordersInside } from "./schedule/borders-inside.ts";
import type { DifferentiableGraph } from "./schedule/cut.ts";
import type { OpenedSampler } from "./values.ts";

export interface LoweredUpdate extends DifferentiableGraph {
  /** By the name of the graph's input. */
  readonly feeds: ReadonlyMap<string, Feed>;
  /** Those whose gradients are taken, each after those that it depends on. */
  readonly samplers: readonly OpenedSampler[];
}

export interface LowerUpdateOptions {
  /** Images at once. */
  readonly batch: number;
  readonly chunks: ReadonlyMap<Ref, number>;
  /** Images and scores that are told besides the objective. */
  readonly tell: readonly { readonly ref: Ref; readonly kind: "image" | "score" }[];
  /** See `DifferentiableGraph`. */
  readonly scalesLoss?: boolean;
}

export function lowerUpdate(
  opened: OpenedProgram,
  { objective, heldOut, parameters }: Update,
  { batch, chunks, tell, scalesLoss = false }: LowerUpdateOptions,
): LoweredUpdate {
  const samplers = [...new Set([objective, ...heldOut].flatMap((root) => opened.samplersOf(root)))];
  for (const sampler of samplers) if (sampler.addsNoise) refuseNoise(opened, sampler);
  const entries = new Map(samplers.map((sampler) => [sampler.ref, entryOf(sampler)]));
  const lowering = new Lowering({
    batch,
    chunks,
    samplerEntry: (sampler) => entries.get(sampler) ?? { kind: "given" },
  });
  const score = opened.open(objective, "score").lower(lowering);
  const outputs = new Map(
    tell.map(({ ref, kind }) => [toldName(kind, ref), opened.open(ref, kind).lower(lowering)] as const),
  );
  const graph = lowering.b.build();
  const targets = new Map(
    [...lowering.feeds].flatMap(([name, feed]) =>
      feed.rate === "parameter" && parameters.includes(feed.parameter)
        ? [[targetName(feed.parameter, feed.tensor), lowering.b.value(name)] as const]
        : [],
    ),
  );
  const { borders, networks, feeds } = lowering;
  const whole = { graph, borders, networks, objective: score, outputs, targets, scalesLoss };
  return { ...whole, borders: [...borders, ...bordersInside(whole)], feeds, samplers };
}

function refuseNoise({ program }: OpenedProgram, { ref }: OpenedSampler): never {
  return atNode(callOf(program, ref), () =>
    refuse({
      code: "sampler-noise",
      at: { part: ref },
      message: "a sampler that adds noise at each step cannot be learned through",
      help: "set eta to 0",
    }),
  );
}

function entryOf({ gradient }: OpenedSampler): SamplerEntry {
  return gradient.kind === "foreseen" ? { kind: "foreseen" } : { kind: "unrolled", steps: gradient.steps };
}

/** As the borders are named. */
export function toldName(kind: "image" | "score", ref: Ref): string {
  return `${kind} ${ref}`;
}

/** What the gradient of a parameter's tensor is called. */
export function targetName(parameter: Ref, tensor: string): string {
  return `${parameter} ${tensor}`;
}
