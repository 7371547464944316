// Everything that changes while a run learns, as plain data: what a checkpoint holds and a resumed run starts from.

import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { type StoppingState, stoppingState } from "../common/early-stopping.ts";
import { type Ref, ref } from "../common/program/program.ts";
import type { FloatTensor, Tensor } from "../common/tensor.ts";
import type { ParameterTensors } from "../parameters/parameter-kind.ts";
import type { OptimizerState } from "../runtime/optimizer.ts";

export interface ParameterState {
  readonly value: ParameterTensors;
  /** Where it started. */
  readonly start: ParameterTensors;
  /** The running mean of `value`, if the optimizer keeps one. */
  readonly average: ParameterTensors | null;
  /** What the optimizer remembers of each tensor; `null` before the first step. */
  readonly optimizer: Readonly<Record<string, OptimizerState>> | null;
  /** What the best step so far would have left; `null` where nothing looks for it. */
  readonly best: ParameterTensors | null;
}

export interface LearningState {
  /** Steps done. */
  readonly step: number;
  readonly parameters: Readonly<Record<Ref, ParameterState>>;
  /** By the optimizer, what is known of those that may stop early. */
  readonly stopping: Readonly<Record<Ref, StoppingState>>;
}

export function initialParameter(start: ParameterTensors, withAverage: boolean): ParameterState {
  return { value: start, start, average: withAverage ? start : null, optimizer: null, best: null };
}

/** What a run leaves: the best step where one was looked for, else the running mean where there is one. */
export function learnedOf({ best, ...state }: ParameterState): ParameterTensors {
  return best ?? currentOf(state);
}

/** What it would leave if it ended now. */
export function currentOf({ average, value }: Pick<ParameterState, "average" | "value">): ParameterTensors {
  return average ?? value;
}

export interface StoredState {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMAT = "reneg-learning-state";
/** Between the parts of a tensor's name: parameter, what of it, which of its tensors, and what of the optimizer. No such part holds it. */
const SEPARATOR = "/";

export function storeState({ step, parameters, stopping }: LearningState): StoredState {
  const tensors = Object.entries(parameters).flatMap(([ref, { value, start, average, optimizer, best }]) => [
    ...named([ref, "value"], value),
    ...named([ref, "start"], start),
    ...named([ref, "average"], average ?? {}),
    ...named([ref, "best"], best ?? {}),
    ...Object.entries(optimizer ?? {}).flatMap(([tensor, memory]) => named([ref, "optimizer", tensor], memory)),
  ]);
  const known = Object.keys(stopping).length === 0 ? {} : { stopping: JSON.stringify(stopping) };
  return { tensors: Object.fromEntries(tensors), metadata: { format: FORMAT, step: `${step}`, ...known } };
}

function named(path: readonly string[], tensors: ParameterTensors): [string, FloatTensor][] {
  return Object.entries(tensors).map(([name, tensor]) => [[...path, name].join(SEPARATOR), tensor]);
}

const metadataSchema = z.object({
  step: z.coerce.number().int().nonnegative(),
  stopping: z.preprocess(parsedOrAsItIs, z.record(ref, stoppingState).default({})),
});

/** What is no JSON is refused by what it should be. */
function parsedOrAsItIs(text: unknown): unknown {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * @param only the parameter of a run of an earlier version, which had one and did not name it
 * @throws Refusal if the file is not a checkpoint of this program
 */
export function restoreState({ tensors, metadata }: StoredState, file: string, only?: Ref): LearningState {
  const parsed = metadataSchema.safeParse(metadata);
  const floats = Object.entries(tensors).filter(
    (entry): entry is [string, FloatTensor] => entry[1].dtype === "float32",
  );
  const entries = metadata["format"] === FORMAT ? floats : only === undefined ? [] : floats.map(fromFirstForm(only));
  const parameters = groupTensors(entries);
  if (!parsed.success || Object.keys(parameters).length === 0) {
    return refuse({
      code: "checkpoint-foreign",
      at: { file },
      message: "this safetensors file is not a checkpoint of a run",
      help: "resume with the folder of a run, not with an embedding",
    });
  }
  return { ...parsed.data, parameters };
}

/** `negative`, `start`, `average` and `optimizer.NAME`, each of a context [tokens, width] without the batch. */
function fromFirstForm(ref: Ref) {
  return ([name, tensor]: readonly [string, FloatTensor]): [string, FloatTensor] => {
    const ofOptimizer = name.startsWith("optimizer.");
    const whole = tensor.shape.length === 2 ? { ...tensor, shape: [1, ...tensor.shape] } : tensor;
    if (ofOptimizer) return [[ref, "optimizer", "context", name.slice("optimizer.".length)].join(SEPARATOR), tensor];
    return [[ref, name === "negative" ? "value" : name, "context"].join(SEPARATOR), whole];
  };
}

function groupTensors(entries: readonly (readonly [string, FloatTensor])[]): Record<Ref, ParameterState> {
  interface Parts {
    value: Record<string, FloatTensor>;
    start: Record<string, FloatTensor>;
    average: Record<string, FloatTensor>;
    best: Record<string, FloatTensor>;
    optimizer: Record<string, Record<string, FloatTensor>>;
  }
  const found = new Map<Ref, Parts>();
  for (const [path, tensor] of entries) {
    const [ref = "", what = "", name = "", ...rest] = path.split(SEPARATOR);
    const parts = found.get(ref) ?? { value: {}, start: {}, average: {}, best: {}, optimizer: {} };
    found.set(ref, parts);
    if (what === "optimizer") (parts.optimizer[name] ??= {})[rest.join(SEPARATOR)] = tensor;
    else if (what === "value" || what === "start" || what === "average" || what === "best") parts[what][name] = tensor;
  }
  return Object.fromEntries(
    [...found].map(([ref, { value, start, average, best, optimizer }]) => [
      ref,
      { value, start, average: orNull(average), best: orNull(best), optimizer: orNull(optimizer) },
    ]),
  );
}

function orNull<Item>(record: Record<string, Item>): Record<string, Item> | null {
  return Object.keys(record).length === 0 ? null : record;
}
