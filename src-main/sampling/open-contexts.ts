// Texts that a text encoder in the graph reads, where something in it or in front of it is learned: they stay the same along a trajectory,
// so they are encoded once, before its first step, and not again in each.

import type { Ref } from "../common/program/program.ts";
import { copyPart } from "../compiler/copy-part.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import { Lowering } from "../program/lowering.ts";
import type { Tensors } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import type { ProgramRun } from "./program-run.ts";

export interface OpenedContexts {
  /** Whose values are given to what predicts. */
  readonly names: ReadonlySet<Ref>;
  readonly stage: Stage;
  /** @returns by name, of the texts and parameters of this moment */
  readonly encode: (moment: Moment) => Promise<ReadonlyMap<Ref, Float32Array>>;
}

interface ContextsOptions {
  /** Images at once. */
  readonly batch: number;
  /** What predicts. */
  readonly lower: (lowering: Lowering) => unknown;
}

/** `null`: no text encoder is in the graph. */
export function openContexts(run: ProgramRun, { batch, lower }: ContextsOptions): OpenedContexts | null {
  const lowering = new Lowering({ batch, chunks: run.chunks, samplerEntry: () => ({ kind: "given" }) });
  lower(lowering);
  const encoded = lowering.borders.filter(({ kind }) => kind === "conditioning");
  if (encoded.length === 0) return null;
  const values: Tensors = Object.fromEntries(encoded.map(({ name, value }) => [name, value]));
  const b = new GraphBuilder();
  const { of } = copyPart(b, lowering.b.build(), Object.values(values), new Map());
  for (const [name, value] of Object.entries(values)) b.output(name, of(value));
  const graph = b.build();
  const networks = lowering.networks.filter(({ network }) => network === "text encoder");
  const stage = run.stageOf(graph, { networks, label: "text encoder" });
  return {
    names: new Set(Object.keys(values)),
    stage,
    async encode(moment) {
      const outputs = await run.sessions.run(stage, await run.feed(graph, lowering.feeds, moment));
      return new Map(Object.entries(outputs));
    },
  };
}
