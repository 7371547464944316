// One value of a program as a graph of its own, with the session that it is computed in: one that is known, where it computes the same.

import type { Ref } from "../common/program/program.ts";
import type { Value } from "../compiler/graph.ts";
import { Lowering, type SamplerEntry } from "../program/lowering.ts";
import { RESULT } from "../program/schedule/cut.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import type { ProgramRun } from "./program-run.ts";

export interface ComputedValue {
  readonly stage: Stage;
  readonly compute: (moment: Moment) => Promise<Float32Array>;
  /** Reads and encodes what does not depend on where a sampler stands. */
  readonly prepare: (moment: Moment) => Promise<void>;
}

export interface OpenValueOptions {
  /** Images at once. */
  readonly batch: number;
  /** Values that are inputs; what samplers draw always is. */
  readonly given?: ReadonlySet<Ref>;
  /** Latents of videos come frame by frame: the batch is one of frames. */
  readonly rows?: "frames";
  /** What the stage is called if it holds no network. */
  readonly label: string;
  readonly lower: (lowering: Lowering) => Value;
}

/** Nothing is loaded before it is first computed. */
export function openValue(
  run: ProgramRun,
  { batch, given = new Set(), rows, label, lower }: OpenValueOptions,
): ComputedValue {
  const entry: SamplerEntry = rows === undefined ? { kind: "given" } : { kind: "given", rows };
  const lowering = new Lowering({ batch, chunks: run.chunks, samplerEntry: () => entry, given });
  lowering.b.output(RESULT, lower(lowering));
  const graph = lowering.b.build();
  const stage = run.stageOf(graph, { networks: lowering.networks, label });
  return {
    stage,
    async prepare(moment) {
      const inputs = graph.inputs.filter(({ name }) => EARLY.has(lowering.feeds.get(name)?.rate));
      await run.feed({ inputs }, lowering.feeds, moment);
    },
    async compute(moment) {
      const outputs = await run.sessions.run(stage, await run.feed(graph, lowering.feeds, moment));
      const result = outputs[RESULT];
      if (result === undefined) throw new Error("a stage lacks an output that it was built with");
      return result;
    },
  };
}

const EARLY: ReadonlySet<string | undefined> = new Set(["run", "prompt"]);
