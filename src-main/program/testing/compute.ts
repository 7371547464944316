// What functions lower to, computed by the operators' own definitions in float64, and its gradient held to finite differences.

import { elementCount, type Shape } from "../../common/tensor.ts";
import { evaluateGraph } from "../../compiler/evaluate-graph.ts";
import { appendGradient } from "../../compiler/gradient.ts";
import type { Value } from "../../compiler/graph.ts";
import { Lowering } from "../lowering.ts";

export type Numbers = Readonly<Record<string, readonly number[]>>;

/** A value that a test gives the numbers of, by the name of the graph's input. */
export function given(name: string, shape: Shape): (lowering: Lowering) => Value {
  return (lowering) => lowering.once(`given ${name}`, () => lowering.b.input(name, "float32", shape));
}

export interface Computed {
  readonly shape: Shape;
  readonly value: readonly number[];
  /** Of Σ value · cotangent to each input that is named in `numbers`, where it arrives. */
  readonly gradient: Numbers;
}

/** @param numbers of the graph's inputs that are not the same for a whole run */
export async function compute(
  lower: (lowering: Lowering) => Value,
  numbers: Numbers,
  { batch = 1 }: { readonly batch?: number } = {},
): Promise<Computed> {
  const lowering = new Lowering({ batch, samplerEntry: () => ({ kind: "given" }) });
  const { b } = lowering;
  const value = lower(lowering);
  b.output("value", value);
  const names = Object.keys(numbers);
  const cotangent = b.constant("float32", value.shape, cotangentOf(value.shape));
  const gradients = appendGradient(
    b,
    [{ value, cotangent }],
    names.map((name) => b.value(name)),
  );
  for (const [i, name] of names.entries()) b.output(`gradient ${name}`, gradients[i] ?? b.zeros(b.value(name)));
  const graph = b.build();
  const feeds: Record<string, Float64Array> = {};
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "run") feeds[name] = Float64Array.from((await feed.tensor()).data);
  }
  for (const [name, list] of Object.entries(numbers)) feeds[name] = Float64Array.from(list);
  const results = evaluateGraph(graph, feeds);
  const find = (name: string) => [...(results.get(name)?.data ?? [])];
  return {
    shape: value.shape,
    value: find("value"),
    gradient: Object.fromEntries(names.map((name) => [name, find(`gradient ${name}`)])),
  };
}

/** Numbers without a pattern that could hide a mistake, and the same each time. */
export function pattern(count: number, offset = 0): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(1.7 * (i + offset) + 0.3) + 0.2 * Math.cos(5.1 * i));
}

function cotangentOf(shape: Shape): number[] {
  return pattern(elementCount(shape), 11);
}

/** The same gradient by finite differences of what `lower` computes. */
export async function differences(
  lower: (lowering: Lowering) => Value,
  numbers: Numbers,
  options: { readonly batch?: number } = {},
): Promise<Numbers> {
  const STEP = 1e-5;
  const along = async (name: string, i: number, change: number): Promise<number> => {
    const moved = (numbers[name] ?? []).map((n, j) => (i === j ? n + change : n));
    const { value, shape } = await compute(lower, { ...numbers, [name]: moved }, options);
    const weights = cotangentOf(shape);
    return value.reduce((sum, n, j) => sum + n * (weights[j] ?? NaN), 0);
  };
  const found: Record<string, readonly number[]> = {};
  for (const [name, list] of Object.entries(numbers)) {
    const slopes: number[] = [];
    for (const i of list.keys()) {
      slopes.push(((await along(name, i, STEP)) - (await along(name, i, -STEP))) / (2 * STEP));
    }
    found[name] = slopes;
  }
  return found;
}

/** The largest difference between two lists of numbers; NaN where they are of different lengths. */
export function farthest(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return NaN;
  return Math.max(0, ...a.map((x, i) => Math.abs(x - (b[i] ?? NaN))));
}
