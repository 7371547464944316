// A place in a network's tree of weights: `at("down_blocks.0").weight("conv.weight", …)` is `down_blocks.0.conv.weight`.

import { counted } from "../common/counted.ts";
import { refuse } from "../common/diagnostic.ts";
import { sameShape, type Shape } from "../common/tensor.ts";
import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import type { WeightMap } from "../weights/weight-map.ts";

export interface Scope {
  readonly b: GraphBuilder;
  readonly at: (path: string) => Scope;
  /**
   * The weight as float32, whatever the file holds.
   * @throws Refusal if the file lacks it or has it in another shape than the config calls for
   */
  readonly weight: (name: string, shape: Shape) => Value;
  /** `weight`, and `bias` where it has one, at work. */
  readonly layer: (x: Value, layer: LayerKind) => Value;
}

interface LayerKind extends Pick<Layer, "operator" | "pointwise"> {
  /** Of the weight: [out, in, …] */
  readonly shape: Shape;
  readonly bias: boolean;
}

/** A linear layer or a convolution: what a LoRA can change. */
export interface Layer {
  /** The whole name of its weight. */
  readonly name: string;
  /** As the operator takes it: [rows, in], or [batch, in, height, width]. */
  readonly x: Value;
  /** [out, in, …] */
  readonly weight: Value;
  readonly bias: Value | null;
  /** The layer with another weight of the same kernel, of any number of outputs. */
  readonly operator: (x: Value, weight: Value, bias: Value | null) => Value;
  /** A weight [out, in, 1…] at each place of what the layer gives. */
  readonly pointwise: (y: Value, weight: Value) => Value;
  /** What is added to its result. */
  readonly beside: readonly Value[];
}

/** How a network is built otherwise than its file says. */
export interface Adapt {
  /** By the whole name: what stands in the place of a weight. */
  readonly weights?: ReadonlyMap<string, Value> | undefined;
  /** @returns the layer with another weight, or with more beside it */
  readonly layer?: ((b: GraphBuilder, layer: Layer) => Layer) | undefined;
}

/** What is told about the tensors of a network. */
export interface Reading {
  /** What the user calls the weights, for messages. */
  readonly file: string;
  /** The names of the network that is built, and not of others over the same weights; absent: all. */
  readonly own?: RegExp;
  /** Absent: layers as they are. */
  readonly adapt?: Adapt | undefined;
}

/** Tensors that nothing is computed with: numbers of places, masks, what training counts. */
const IDLE =
  /(^|\.)(position_ids|attn_mask|embeddings\.token_type_ids|num_batches_tracked|n_averaged|num_updates|decay|step|initted)$/;
const MOST_NAMED = 3;

/**
 * Builds a network over weights of which it reads every tensor.
 * @throws Refusal if tensors are left over: the file is of another network than its config says, and something would be left out
 */
export function readAll<Result>(
  b: GraphBuilder,
  weights: WeightMap,
  { file, own, adapt }: Reading,
  build: (scope: Scope) => Result,
): Result {
  const read = new Set<string>();
  const result = build(rootScope(b, weights, { file, adapt, read }));
  refuseUnread(
    [...weights.keys()].filter((name) => !read.has(name) && (own?.test(name) ?? true)),
    file,
  );
  return result;
}

/** @param names tensors of a network that it does not read */
export function refuseUnread(names: readonly string[], file: string): void {
  const unread = names.filter((name) => !IDLE.test(name));
  if (unread.length === 0) return;
  const shown = unread.slice(0, MOST_NAMED).join(", ") + (unread.length > MOST_NAMED ? ", …" : "");
  refuse({
    code: "weights-unread",
    at: { file, part: unread[0] ?? "" },
    message: `the file holds ${counted(unread.length, "tensor")} that the network does not have: ${shown}`,
    help: "with them left out it would compute something else: check that config.json is the one that came with these weights",
  });
}

interface RootOptions extends Pick<Reading, "file" | "adapt"> {
  /** Gets the names of the tensors that are asked for. */
  readonly read?: Set<string>;
}

export function rootScope(b: GraphBuilder, weights: WeightMap, { file, adapt, read }: RootOptions): Scope {
  const scope = (prefix: string): Scope => ({
    b,
    at: (path) => scope(`${prefix}${path}.`),
    layer(x, { shape, bias, ...kind }) {
      const whole: Layer = {
        ...kind,
        name: `${prefix}weight`,
        x,
        weight: weightAt(`${prefix}weight`, shape),
        bias: bias ? weightAt(`${prefix}bias`, shape.slice(0, 1)) : null,
        beside: [],
      };
      const layer = adapt?.layer?.(b, whole) ?? whole;
      return layer.beside.reduce((sum, value) => b.add(sum, value), layer.operator(x, layer.weight, layer.bias));
    },
    weight: (name, shape) => weightAt(prefix + name, shape),
  });
  const weightAt = (full: string, shape: Shape): Value => {
    read?.add(full);
    const found = weights.get(full);
    if (found === undefined) return missingWeight(file, full);
    if (!sameShape(found.shape, shape)) return wrongShape(file, full, shape, found.shape);
    const given = adapt?.weights?.get(full);
    if (given !== undefined) return given;
    if (found.transposed === undefined) return b.weight(full, found);
    return b.transpose(b.weight(full, { ...found, shape: found.shape.toReversed() }), [1, 0]);
  };
  return scope("");
}

function missingWeight(file: string, name: string): never {
  return refuse({
    code: "weight-missing",
    at: { file, part: name },
    message: "the network needs this tensor, but the file does not hold it",
    help: "check that config.json and the weights come from the same model, and that the download is complete",
  });
}

function wrongShape(file: string, name: string, wanted: Shape, found: Shape): never {
  return refuse({
    code: "weight-shape",
    at: { file, part: name },
    message: `config.json calls for shape [${wanted.join(", ")}], but the file holds [${found.join(", ")}]`,
    help: "check that config.json and the weights come from the same model",
  });
}
