// What Compare and Evaluate have in common: images with no, a handwritten and the learned negative, when training has ended.

import { z } from "zod";
import { seed } from "../src-main/common/limits.ts";
import { callOf, callsBelow, type Ref } from "../src-main/common/program/program.ts";
import type { ScoredImage, Sink } from "../src-main/common/program/sink.ts";
import type { Update } from "../src-main/common/program/update.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { Fault, ProgramSoFar, SinkArgs } from "./define-node.ts";
import { callFirst } from "./first-of.ts";
import { usualNegatives } from "./usual-negatives.ts";

export const comparisonInputs = {
  learned: { kind: "embedding", label: "Learned", help: "What an optimizer has learned." },
  prompts: { kind: "prompts", label: "Prompts", help: "What is drawn: best prompts that nothing was learned from." },
} as const;

export function comparisonParams(defaults: { readonly prompts: number; readonly count: number }) {
  return z.object({
    handwritten: z.string().default("blurry, low quality").meta({
      label: "Handwritten",
      help: "The negative prompt that the learned one is compared with.",
      suggestions: usualNegatives,
    }),
    first: z.int().positive().max(10_000).nullable().default(defaults.prompts).meta({
      label: "Prompts used",
      help: "How many of the prompts are drawn, from the first on.",
      empty: "all",
    }),
    count: z.int().min(1).max(64).default(defaults.count).meta({
      label: "Images each",
      help: "Images of each prompt under each negative.",
    }),
    seed: seed.default(0).meta({
      label: "Seed",
      help: "Image i of a prompt starts from seed + i, whatever the negative.",
      control: "seed",
    }),
  });
}
type ComparisonParams = z.output<ReturnType<typeof comparisonParams>>;

export function checkLearned({ facts: { state } }: TypedRef, fault: (fault: Fault) => void): void {
  if (state === "learned") return;
  fault({
    code: "embedding-unlearned",
    port: "learned",
    message: "this embedding does not come from an optimizer, so there is nothing to compare",
    help: "connect what NegEmbedding-Optimizer puts out",
  });
}

/** The optimizer that has learned an embedding: it was checked to be one. */
export function updateBehind({ facts: { update } }: TypedRef, { updates }: SinkArgs): Update {
  const found = updates[update ?? ""];
  if (found === undefined) throw new Error("what is learned has an update");
  return found;
}

interface ComparisonParts {
  readonly show: "pictures" | "scores";
  readonly learned: TypedRef;
  readonly prompts: TypedRef;
  readonly params: ComparisonParams;
  readonly fault: (fault: Fault) => void;
}

export function comparison({ show, learned, prompts, params, fault }: ComparisonParts, args: SinkArgs): Sink[] {
  const { program, call, substitute } = args;
  const update = updateBehind(learned, args);
  const { images: [image] = [], prompts: drawn } = program.typed(update.objective).facts;
  const { encoder } = learned.facts;
  if (image === undefined || drawn === undefined || encoder === undefined) {
    fault({
      code: "comparison-image",
      port: "learned",
      message: "what was maximized looks at no image that is drawn from prompts",
      help: "connect a Reward to the objective of the optimizer",
    });
    return [];
  }
  const { handwritten, first, count, seed } = params;
  const used = callFirst(args, prompts, first);
  const reading = readingOf(program, update.objective, encoder);
  const written = (text: string, as: string): Ref =>
    call("encode text", { encoder: program.typed(encoder) }, { ...(text === "" ? {} : reading), text }, { as }).ref;
  const under = (what: string, negative: Ref): ScoredImage => {
    const replacements = new Map([
      [drawn, used.ref],
      [learned.ref, negative],
    ]);
    const put = (value: Ref): Ref => substitute(value, replacements, what);
    return { image: put(image), objective: put(update.objective), heldOut: update.heldOut.map(put) };
  };
  const conditions = {
    null: under("null", written("", "empty")),
    handcrafted: under("handcrafted", written(handwritten, "handwritten")),
    learned: under("learned", learned.ref),
  };
  return [{ kind: "comparison", conditions, prompts: used.ref, handwritten, count, seed, show }];
}

/** A handwritten negative is read as the prompts are. */
function readingOf(program: ProgramSoFar, objective: Ref, encoder: Ref): Readonly<Record<string, unknown>> {
  const encoded = callsBelow(program, [objective])
    .map((name) => callOf(program, name))
    .find(({ fn, inputs }) => fn === "encode" && inputs["encoder"] === encoder);
  return encoded?.settings ?? {};
}
