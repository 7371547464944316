// Everything that changes while a run learns, as plain data: what a checkpoint holds and a resumed run starts from.

import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../common/tensor.ts";
import type { OptimizerState } from "../runtime/optimizer.ts";

export interface LearningState {
  /** Steps done. */
  readonly step: number;
  /** The embedding being learned [tokens, width], and where it started. */
  readonly negative: Float32Array;
  readonly start: Float32Array;
  /** The running mean of `negative`, if the recipe asks for one. */
  readonly average: Float32Array | null;
  readonly optimizer: OptimizerState | null;
}

export function initialState(start: Float32Array, withAverage: boolean): LearningState {
  return {
    step: 0,
    negative: start,
    start,
    average: withAverage ? start : null,
    optimizer: null,
  };
}

const OPTIMIZER = "optimizer.";
const metadataSchema = z.object({ step: z.coerce.number().int().nonnegative() });

export interface StoredState {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

export function storeState(state: LearningState, shape: readonly number[]): StoredState {
  const { step, negative, start, average, optimizer } = state;
  const memory = Object.entries(optimizer ?? {}).map(([name, tensor]) => [OPTIMIZER + name, tensor] as const);
  return {
    tensors: {
      negative: floatTensor(shape, negative),
      start: floatTensor(shape, start),
      ...(average === null ? {} : { average: floatTensor(shape, average) }),
      ...Object.fromEntries(memory),
    },
    metadata: { step: `${step}` },
  };
}

/** @throws Refusal if the file is not a checkpoint of this program */
export function restoreState({ tensors, metadata }: StoredState, file: string): LearningState {
  const parsed = metadataSchema.safeParse(metadata);
  const floats = Object.entries(tensors).filter(
    (entry): entry is [string, FloatTensor] => entry[1].dtype === "float32",
  );
  const named = new Map(floats);
  const [negative, start] = [named.get("negative"), named.get("start")];
  if (!parsed.success || negative === undefined || start === undefined) {
    return refuse({
      code: "checkpoint-foreign",
      at: { file },
      message: "this safetensors file is not a checkpoint of a run",
      help: "resume with the folder of a run, not with an embedding",
    });
  }
  const memory = floats.flatMap(([name, tensor]) =>
    name.startsWith(OPTIMIZER) ? [[name.slice(OPTIMIZER.length), tensor] as const] : [],
  );
  return {
    step: parsed.data.step,
    negative: negative.data,
    start: start.data,
    average: named.get("average")?.data ?? null,
    optimizer: memory.length === 0 ? null : Object.fromEntries(memory),
  };
}
