// What the nodes that learn have in common: the update that they make of a score and of parameters, and what keeps it from learning.

import { callOf, callsBelow, feeding, type Ref } from "../src-main/common/program/program.ts";
import { imagesAtOnce, type Update } from "../src-main/common/program/update.ts";
import {
  isKindOf,
  type TypedRef,
  type ValueFacts,
  type ValueKind,
  withArticle,
} from "../src-main/common/program/value-type.ts";
import type { Fault, ProgramSoFar } from "./define-node.ts";
import { type OptimizerParams, updateSettings } from "./optimizer-params.ts";

export const objectivePort = { kind: "score", label: "Objective", help: "What is maximized." } as const;

export const heldOutPort = {
  kind: "score",
  label: "Held-out",
  help: "Scores of the same images that are shown, but never trained against: they tell whether training helps, or only pleases the reward that it is given.",
  optional: true,
  many: true,
} as const;

export interface UpdateParts {
  readonly objective: TypedRef;
  /** By the port that each comes in at. */
  readonly parameters: Readonly<Record<string, TypedRef>>;
  /** By the same ports, what the learning rate is multiplied by. */
  readonly rates?: Readonly<Record<string, number>>;
  /** By the same ports, what is in place of the weight decay of all; `null`: nothing. */
  readonly weightDecays?: Readonly<Record<string, number | null>>;
  /** Of these, scores of what is held back are left out where nothing is. */
  readonly heldOut: readonly TypedRef[];
  readonly params: OptimizerParams;
  readonly program: ProgramSoFar;
  readonly fault: (fault: Fault) => void;
}

/** Faults are told at `objective`, `watched`, the ports of the parameters, and the parameters of the node. */
export function updateOf(parts: UpdateParts): Update {
  const { objective, parameters, rates = {}, weightDecays = {}, heldOut, params, program, fault } = parts;
  const factors = Object.keys(parameters).map((port) => rates[port] ?? 1);
  const decays = Object.keys(parameters).map((port) => weightDecays[port] ?? params.weightDecay);
  const acting = actingOn(program, objective.ref);
  for (const [port, parameter] of Object.entries(parameters)) checkParameter(port, parameter, acting, parts);
  const ports = new Map<Ref, string>();
  for (const [port, { ref }] of Object.entries(parameters)) {
    if (ports.has(ref)) {
      fault({
        code: "parameter-twice",
        port,
        message: `${ref} comes in twice`,
        help: "remove one of the two wires",
      });
    }
    ports.set(ref, port);
  }
  if (objective.facts.isEmpty === true) {
    fault({
      code: "examples-few",
      port: "objective",
      message: "this is a score of what is held back, and nothing is held back",
      help: "connect what is trained from to the loss, or hold a share back",
    });
  }
  const told = heldOut.filter(({ facts }) => facts.isEmpty !== true);
  const seen = new Set(objective.facts.images);
  for (const { facts } of told) {
    if ((facts.images ?? []).every((image) => seen.has(image))) continue;
    fault({
      code: "score-picture",
      port: "watched",
      message: "a held-out score is of other images than the objective",
      help: "connect all rewards to the same VAE Decoder",
    });
  }
  checkNumbers(parts);
  return {
    objective: objective.ref,
    parameters: Object.values(parameters).map(({ ref }) => ref),
    ...(factors.every((factor) => factor === 1) ? {} : { rates: factors }),
    ...(decays.every((decay) => decay === params.weightDecay) ? {} : { weightDecays: decays }),
    heldOut: told.map(({ ref }) => ref),
    settings: updateSettings(params),
  };
}

/** What a parameter is to nodes behind the one that learns it. */
export function learned(update: Ref, parameter: TypedRef): TypedRef {
  return { ...parameter, facts: { ...parameter.facts, state: "learned", update } };
}

function checkParameter(
  port: string,
  { ref, kind, facts: { state } }: TypedRef,
  acting: ReadonlySet<Ref>,
  { objective, program, fault }: UpdateParts,
): void {
  if (state !== "trainable") {
    return fault({
      code: "parameter-fixed",
      port,
      ...(kind === "embedding" ? fixedEmbedding(state) : fixedPart(kind, state)),
    });
  }
  if (acting.has(ref)) return;
  const below = callsBelow(program, [objective.ref]);
  if (below.includes(ref)) {
    return fault({
      code: "guidance-none",
      port: "objective",
      message: "the images are drawn with a guidance scale of 1, at which the negative has no effect",
      notes: below.flatMap((name) =>
        program.typed(name).facts.isUnguided === true ? [{ at: atNode(program, name), message: "has no effect" }] : [],
      ),
      help: "raise the scale of CFG; 7.5 is usual",
    });
  }
  // What is made of a part that is trained says the same of itself.
  const others = below.filter((name) => {
    const { kind, facts } = program.typed(name);
    return facts.state === "trainable" && isKindOf(kind, "parameter");
  });
  fault({
    code: "parameter-unused",
    port,
    message: `the objective does not depend on this ${kind}`,
    ...(others.length === 0
      ? {}
      : { notes: others.map((name) => ({ at: atNode(program, name), message: "is what the objective depends on" })) }),
    help: `connect ${ref} also to ${WHERE_IT_ACTS[kind] ?? "what draws the images that are scored"}`,
  });
}

const WHERE_IT_ACTS: Partial<Readonly<Record<ValueKind, string>>> = {
  embedding: "the negative of the CFG whose images are scored",
  unet: "the UNet node that draws the images that are scored",
  "text encoder": "the Encoder whose prompts the images are drawn from",
  reward: "the Preference Loss or the Rating Loss that is maximized",
};

function fixedEmbedding(state: ValueFacts["state"]): Pick<Fault, "message" | "help"> {
  return {
    message: `an embedding that is ${state === "learned" ? "already learned" : "loaded"} cannot be changed`,
    help: "connect a NegEmbedding; a loaded embedding can be what it starts from",
  };
}

/** The nodes that make a part which can be changed. */
const TRAINED_BY: Partial<Readonly<Record<ValueKind, string>>> = {
  unet: "LoRA",
  "text encoder": "Text Encoder LoRA or Fine-tune Text Encoder",
  reward: "Reward Head or Reward LoRA",
};

/** @param kind of anything but an embedding */
function fixedPart(kind: ValueKind, state: ValueFacts["state"]): Pick<Fault, "message" | "help"> {
  const nodes = TRAINED_BY[kind] ?? "a node whose output can be trained";
  if (state === undefined) {
    return {
      message: `the weights of ${withArticle(kind)} itself stay as they are: nothing in this one is trained`,
      help: `insert ${nodes}, and connect what it puts out`,
    };
  }
  return {
    message: `${withArticle(kind)} ${state === "learned" ? "that is already learned" : "whose LoRA is loaded"} cannot be changed`,
    help: `connect ${nodes}; a file can be what it starts from`,
  };
}

/** The calls that a value changes with: a negative without guidance is not among them. */
function actingOn(program: ProgramSoFar, value: Ref): ReadonlySet<Ref> {
  const found = new Set([value]);
  // The set grows while it is walked.
  for (const name of found) {
    const call = callOf(program, name);
    const isUnguided = program.typed(name).facts.isUnguided === true;
    const { negative, ...others } = call.inputs;
    for (const source of feeding(isUnguided && negative !== undefined ? { ...call, inputs: others } : call))
      found.add(source);
  }
  return found;
}

function atNode(program: ProgramSoFar, name: Ref) {
  const [node] = callOf(program, name).nodes;
  return node === undefined ? {} : { node };
}

function checkNumbers({ params: { batch, microBatch, steps, warmup }, fault }: UpdateParts): void {
  if (warmup >= steps && warmup > 0) {
    fault({
      severity: "warning",
      code: "optimizer-warmup",
      param: "warmup",
      message: `the learning rate rises over ${warmup} steps, but training ends after ${steps}`,
      help: "make the warm-up shorter than the steps; a tenth of them is usual",
    });
  }
  if (batch % imagesAtOnce({ batch, microBatch }) === 0) return;
  fault({
    code: "recipe-batch",
    param: "microBatch",
    message: `a batch of ${batch} cannot be made in parts of ${microBatch}`,
    help: "choose a number that divides the batch",
  });
}
