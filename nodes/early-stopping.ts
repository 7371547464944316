// What the nodes that learn have in common to end in time: when the held-out reward of fixed images no longer rises, the best step is kept.

import type { z } from "zod";
import { stepCount } from "../src-main/common/limits.ts";
import type { Ref } from "../src-main/common/program/program.ts";
import { earlyStoppingSettings, type Sink } from "../src-main/common/program/sink.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { Fault, SinkArgs } from "./define-node.ts";

export const heldOutPromptsPort = {
  kind: "prompts",
  label: "Held-out prompts",
  help: "What is drawn to see whether the held-out reward still rises: best prompts that nothing is learned from. Without it, the prompts that are learned from.",
  optional: true,
} as const;

export const earlyStoppingParams = {
  patience: earlyStoppingSettings.shape.patience.nullable().default(null).meta({
    label: "Stop early after",
    unit: "evaluations",
    help: "Ends the training when the held-out reward has not risen for so many evaluations, and keeps the best step: a reward that is maximized for long enough pleases that reward and nobody else.",
    empty: "never; the last step is kept",
  }),
  evaluateEvery: stepCount.default(10).meta({
    label: "Evaluate every",
    unit: "steps",
    help: "Of an optimizer that may stop early: how often the held-out reward is asked.",
  }),
  evaluateImages: earlyStoppingSettings.shape.count.meta({
    label: "Images evaluated",
    unit: "images",
    help: "Of an optimizer that may stop early: always the same prompts and noise. More make each evaluation surer, and slower.",
  }),
};
export type EarlyStoppingParams = z.output<z.ZodObject<typeof earlyStoppingParams>>;

interface EarlyStoppingParts {
  /** The node. */
  readonly node: Ref;
  /** The first of these decides. */
  readonly heldOut: readonly TypedRef[];
  readonly prompts: TypedRef | undefined;
  readonly params: EarlyStoppingParams & { readonly seed: number };
  readonly fault: (fault: Fault) => void;
}

/** Faults are told at `watched`, `heldOutPrompts` and `patience`. */
export function earlyStopping(parts: EarlyStoppingParts): ((args: SinkArgs) => readonly Sink[]) | undefined {
  const { node, heldOut, prompts, params, fault } = parts;
  const { patience, evaluateEvery: every, evaluateImages: count, seed } = params;
  if (patience === null) {
    if (prompts !== undefined) {
      fault({
        code: "stopping-off",
        port: "heldOutPrompts",
        message: "these prompts are for stopping early, which is off",
        help: "set Stop early after, 5 evaluations are usual, or remove the wire",
      });
    }
    return undefined;
  }
  const [score] = heldOut;
  const { images: [image] = [], prompts: drawn } = score?.facts ?? {};
  if (score === undefined || image === undefined || drawn === undefined) {
    fault({
      code: "stopping-score",
      port: "watched",
      param: "patience",
      message:
        score === undefined
          ? "there is no held-out score that could tell when to stop"
          : "the first held-out score looks at no image that is drawn from prompts",
      help: "connect a Reward that is not trained against to Held-out, or leave Stop early after empty",
    });
    return undefined;
  }
  return ({ substitute }) => {
    const shown = prompts?.ref ?? drawn;
    const put = (value: Ref): Ref => substitute(value, new Map([[drawn, shown]]), "early-stopping");
    return [
      {
        kind: "early-stopping",
        update: node,
        score: put(score.ref),
        image: put(image),
        prompts: shown,
        patience,
        every,
        count,
        seed,
      },
    ];
  };
}
