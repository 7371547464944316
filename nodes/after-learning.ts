// What Compare and Evaluate have in common: images without what was learned, with a handwritten negative, and with it, when training has ended.

import { z } from "zod";
import { seed } from "../src-main/common/limits.ts";
import { callOf, callsBelow, type Ref } from "../src-main/common/program/program.ts";
import type { ScoredImage, Sink } from "../src-main/common/program/sink.ts";
import type { Update } from "../src-main/common/program/update.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { Fault, ProgramSoFar, SinkArgs } from "./define-node.ts";
import { callFirst } from "./first-of.ts";
import { usualNegatives } from "./usual-negatives.ts";
import { withoutLearned } from "./without-learned.ts";

export const comparisonInputs = {
  learned: {
    kind: "parameter",
    label: "Learned",
    help: "What optimizers have learned, embeddings and LoRA: the other images are drawn without any of it. What is not connected stays.",
    many: true,
  },
  prompts: { kind: "prompts", label: "Prompts", help: "What is drawn: best prompts that nothing was learned from." },
} as const;

export function comparisonParams(defaults: { readonly prompts: number; readonly count: number }) {
  return z.object({
    handwritten: z.string().default("blurry, low quality").meta({
      label: "Handwritten",
      help: "The negative prompt that what was learned is compared with.",
      suggestions: usualNegatives,
    }),
    first: z.int().positive().max(10_000).nullable().default(defaults.prompts).meta({
      label: "Prompts used",
      help: "How many of the prompts are drawn, from the first on.",
      empty: "all",
    }),
    count: z.int().min(1).max(64).default(defaults.count).meta({
      label: "Images each",
      help: "Images of each prompt in each column.",
    }),
    seed: seed.default(0).meta({
      label: "Seed",
      help: "Image i of a prompt starts from seed + i in every column.",
      control: "seed",
    }),
  });
}
type ComparisonParams = z.output<ReturnType<typeof comparisonParams>>;

/** @param learned one, or several at a port that takes them */
export function checkLearned(learned: readonly TypedRef[], fault: (fault: Fault) => void): void {
  const other = learned.find(({ facts: { state } }) => state !== "learned");
  if (other === undefined) return;
  fault({
    code: "embedding-unlearned",
    port: "learned",
    message: `this ${other.kind} does not come from an optimizer, so there is nothing to compare`,
    help: "connect what NegEmbedding-Optimizer or Optimizer puts out",
  });
}

/** The optimizer that has learned the first: it was checked to be one. */
export function updateBehind([first]: readonly TypedRef[], { updates }: SinkArgs): Update {
  const found = updates[first?.facts.update ?? ""];
  if (found === undefined) throw new Error("what is learned has an update");
  return found;
}

interface ComparisonParts {
  readonly show: "pictures" | "scores";
  readonly learned: readonly TypedRef[];
  readonly prompts: TypedRef;
  readonly params: ComparisonParams;
  readonly fault: (fault: Fault) => void;
}

export function comparison({ show, learned, prompts, params, fault }: ComparisonParts, args: SinkArgs): Sink[] {
  const { program, call, substitute } = args;
  const update = updateBehind(learned, args);
  const { objective } = update;
  const { images: [image] = [], prompts: drawn } = program.typed(objective).facts;
  if (image === undefined || drawn === undefined) {
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
  const shown = (what: string, others: ReadonlyMap<Ref, Ref>): ScoredImage => {
    const put = (value: Ref): Ref => substitute(value, new Map([...others, [drawn, used.ref]]), what);
    return { image: put(image), objective: put(objective), heldOut: update.heldOut.map(put) };
  };
  const under = (what: string, text: string, as: string): ScoredImage => {
    const written = (encoder: TypedRef, trained: Ref): Ref => {
      const reading = text === "" ? {} : readingOf(program, objective, trained);
      return call("encode text", { encoder }, { ...reading, text }, { as }).ref;
    };
    const replacements = withoutLearned({ learned, objective, written, keepsOthers: text === "" }, args, what);
    if (replacements === null) {
      fault({
        code: "comparison-encoder",
        port: "learned",
        message: "it is not known which text encoder encodes the handwritten negative",
        help: "connect an Encoder to the negative of CFG",
      });
    }
    return shown(what, replacements ?? new Map());
  };
  const conditions = {
    null: under("null", "", "empty"),
    handcrafted: under("handcrafted", handwritten, "handwritten"),
    learned: shown("learned", new Map()),
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
