// A differentiable graph in parts that run one after the other: each is computed again backwards from its small inputs, so that only one
// part's results are in memory at a time. Cut nowhere, nothing is computed twice.

import { elementCount, type Shape } from "../../common/tensor.ts";
import { type CopiedPart, copyPart, partOf } from "../../compiler/copy-part.ts";
import { appendGradient, type Seed } from "../../compiler/gradient.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Graph, Value } from "../../compiler/graph.ts";
import type { Border, NetworkUse } from "../lowering.ts";

export interface DifferentiableGraph {
  /** Without outputs. */
  readonly graph: Graph;
  readonly borders: readonly Border[];
  readonly networks: readonly NetworkUse[];
  /** [batch]: the gradient is that of its sum. */
  readonly objective: Value;
  /** What is told besides, by name. */
  readonly outputs: ReadonlyMap<string, Value>;
  /** Inputs, by name of what the gradient is taken to. */
  readonly targets: ReadonlyMap<string, Value>;
  /** Whether all gradients are multiplied by `LOSS_SCALE`, which is then handed to the part that ends in the objective. */
  readonly scalesLoss?: boolean;
}

/** One part, as a graph of its own. */
export interface Segment {
  /** What it computes, for parts without a network: `latent`, `objective`. */
  readonly label: string;
  /** What it goes forwards to, and back from. */
  readonly end: Value;
  readonly networks: readonly NetworkUse[];
  readonly isBackwards: boolean;
  readonly build: () => Graph;
  /** Inputs of the whole graph that it reads. */
  readonly inputs: readonly string[];
  /** Borders, cotangents and the scale of the loss that it takes, each with the name of its own input for it. */
  readonly takes: ReadonlyMap<string, string>;
  /** What it hands on, each with the name of its own output for it. */
  readonly gives: ReadonlyMap<string, string>;
}

export interface CutGraph {
  readonly cuts: readonly Border[];
  /** In the order in which they run. The values of borders that a sampler has found on its way are given, and not computed. */
  readonly segments: readonly Segment[];
  /** Shapes of what segments hand on, by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
}

export const OBJECTIVE = "objective";
export const LOSS_SCALE = "loss scale";
export const gradientOf = (name: string): string => `gradient of ${name}`;
export const isGradient = (name: string): boolean => name.startsWith(gradientOf(""));

/**
 * @param cuts some of the graph's borders
 * @param known the parts of other cuttings of the graph, to which these are added: what both have is one, and made once
 */
export function cutGraph(
  whole: DifferentiableGraph,
  cuts: readonly Border[],
  known: Map<string, Segment> = new Map(),
): CutGraph {
  const ordered = inOrder(whole, cuts);
  const active = activeNames(whole);
  const isActive = ({ value }: Border): boolean => active.has(value.name);
  const parts = ordered.map((border, i) => ({ border, before: ordered.slice(0, i) }));
  const forward = parts
    .filter(({ border }) => border.sampler === undefined)
    .map(({ border, before }) => forwardSegment(whole, border, before));
  const last = lastSegment(whole, ordered, isActive);
  const backward = parts
    .filter(({ border }) => isActive(border))
    .toReversed()
    .map(({ border, before }) => backwardSegment(whole, border, before, isActive));
  const shapes = new Map<string, Shape>();
  for (const { name, value } of ordered) {
    shapes.set(name, value.shape);
    shapes.set(gradientOf(name), value.shape);
  }
  for (const [name, value] of whole.targets) shapes.set(gradientOf(name), value.shape);
  for (const [name, value] of whole.outputs) shapes.set(name, value.shape);
  shapes.set(OBJECTIVE, whole.objective.shape);
  shapes.set(LOSS_SCALE, []);
  const segments = [...forward, last, ...backward].map((segment) => {
    const same = known.get(keyOf(segment)) ?? segment;
    known.set(keyOf(segment), same);
    return same;
  });
  return { cuts: ordered, segments, shapes };
}

/** As they are computed. */
export function inOrder({ graph }: Pick<DifferentiableGraph, "graph">, borders: readonly Border[]): readonly Border[] {
  const place = placeIn(graph);
  return borders.toSorted((a, b) => place(a.value) - place(b.value));
}

/** Which of the operators computes a value, by its turn. */
export function placeIn({ nodes }: Pick<Graph, "nodes">): (value: Pick<Value, "name">) => number {
  const places = new Map(nodes.map(({ output }, i) => [output, i]));
  return ({ name }) => places.get(name) ?? 0;
}

/** What tells the parts of cuttings of one graph apart. */
function keyOf({ end, isBackwards, takes, gives }: Segment): string {
  return JSON.stringify([end.name, isBackwards, [...takes.keys()], [...gives.keys()]]);
}

/** Names of the values through which the gradient flows. */
export function activeNames({ graph, targets, objective }: DifferentiableGraph): ReadonlySet<string> {
  const below = new Set([...targets.values()].map(({ name }) => name));
  for (const node of graph.nodes)
    if (node.inputs.some((name) => name !== null && below.has(name))) below.add(node.output);
  const { needed } = partOf(graph, [objective], new Set());
  return new Set([...below].filter((name) => needed.has(name)));
}

/** What a part forwards gives, whose graph may take a value of the same kind. */
export const RESULT = "result";

function forwardSegment(whole: DifferentiableGraph, border: Border, before: readonly Border[]): Segment {
  const part = partTowards(whole, [border.value], before, border.within);
  return {
    ...part.facts,
    label: border.kind,
    end: border.value,
    isBackwards: false,
    gives: new Map([[border.name, RESULT]]),
    build: once(() => {
      const { b, copy } = part.copy();
      b.output(RESULT, copy.of(border.value));
      return b.build();
    }),
  };
}

/** From the last borders to the objective, forwards and backwards at once. */
function lastSegment(
  whole: DifferentiableGraph,
  cuts: readonly Border[],
  isActive: (border: Border) => boolean,
): Segment {
  const { objective, scalesLoss = false } = whole;
  const told = [...whole.outputs].filter(([name]) => cuts.every((border) => border.name !== name));
  const part = partTowards(whole, [objective, ...told.map(([, value]) => value)], cuts);
  const towards = activeTargets(whole, [objective], cuts, isActive);
  return {
    ...part.facts,
    label: OBJECTIVE,
    end: objective,
    isBackwards: towards.length > 0,
    takes: new Map([...part.facts.takes, ...(scalesLoss ? [[LOSS_SCALE, LOSS_SCALE] as const] : [])]),
    gives: named([OBJECTIVE, ...told.map(([name]) => name), ...towards.map(({ name }) => gradientOf(name))]),
    build: once(() => {
      const { b, copy } = part.copy();
      const score = copy.of(objective);
      const cotangent = scalesLoss
        ? b.expand(b.input(LOSS_SCALE, "float32", []), score.shape)
        : b.constant("float32", score.shape, new Float64Array(elementCount(score.shape)).fill(1));
      appendGradients(b, [{ value: score, cotangent }], towards, copy);
      b.output(OBJECTIVE, score);
      for (const [name, value] of told) b.output(name, copy.of(value));
      return b.build();
    }),
  };
}

/** From the cotangent of a border to those of what it is computed from. */
function backwardSegment(
  whole: DifferentiableGraph,
  border: Border,
  before: readonly Border[],
  isActive: (border: Border) => boolean,
): Segment {
  const part = partTowards(whole, [border.value], before, border.within);
  const towards = activeTargets(whole, [border.value], before, isActive);
  return {
    ...part.facts,
    label: border.kind,
    end: border.value,
    isBackwards: true,
    takes: new Map([...part.facts.takes, [gradientOf(border.name), COTANGENT]]),
    gives: named(towards.map(({ name }) => gradientOf(name))),
    build: once(() => {
      const { b, copy } = part.copy();
      const value = copy.of(border.value);
      appendGradients(b, [{ value, cotangent: b.input(COTANGENT, "float32", value.shape) }], towards, copy);
      return b.build();
    }),
  };
}

const COTANGENT = "cotangent";

/** Who chooses between cuttings looks at the graphs of parts, of which some are then run. */
function once(build: () => Graph): () => Graph {
  let built: Graph | undefined;
  return () => (built ??= build());
}

/** Output names that are those of what is handed on. */
function named(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, name]));
}

interface Target {
  readonly name: string;
  readonly value: Value;
}

function appendGradients(b: GraphBuilder, seeds: readonly Seed[], targets: readonly Target[], copy: CopiedPart): void {
  const values = targets.map(({ value }) => copy.of(value));
  const gradients = appendGradient(b, seeds, values);
  for (const [i, { name, value }] of targets.entries()) b.output(gradientOf(name), gradients[i] ?? b.zeros(value));
}

/** The operators between some borders and what is wanted, the names of what they need, and the borders that they read. */
function between(graph: Graph, wanted: readonly Value[], cuts: readonly Border[]) {
  const { nodes, needed } = partOf(graph, wanted, new Set(cuts.map(({ value }) => value.name)));
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...wanted.map(({ name }) => name)]);
  return { nodes, needed, taken: cuts.filter(({ value }) => read.has(value.name)) };
}

/**
 * The operators between some borders and what is wanted.
 * @param within the network that it ends inside of
 */
function partTowards(
  { graph, networks }: DifferentiableGraph,
  wanted: readonly Value[],
  cuts: readonly Border[],
  within?: NetworkUse,
) {
  const { nodes, needed, taken: borders } = between(graph, wanted, cuts);
  const made = new Set(nodes.map(({ output }) => output));
  const taken = inputNames(borders);
  return {
    facts: {
      networks: networks.filter((network) => made.has(network.value.name) || network === within),
      inputs: graph.inputs.flatMap(({ name }) => (needed.has(name) ? [name] : [])),
      takes: new Map([...taken].map(([{ name }, input]) => [name, input])),
    },
    copy() {
      const b = new GraphBuilder();
      const given = [...taken].map(
        ([{ value }, name]) => [value.name, b.input(name, value.dtype, value.shape)] as const,
      );
      return { b, copy: copyPart(b, graph, wanted, new Map(given)) };
    },
  };
}

/** `latent`, `latent.2`: the same for parts that compute the same, whatever is handed to them. */
function inputNames(borders: readonly Border[]): Map<Border, string> {
  const counts = new Map<string, number>();
  return new Map(
    borders.map((border) => {
      const count = (counts.get(border.kind) ?? 0) + 1;
      counts.set(border.kind, count);
      return [border, count === 1 ? border.kind : `${border.kind}.${count}`];
    }),
  );
}

/** Borders and targets that `wanted` are computed from without another border between. */
function activeTargets(
  { graph, targets }: DifferentiableGraph,
  wanted: readonly Value[],
  cuts: readonly Border[],
  isActive: (border: Border) => boolean,
): Target[] {
  const { needed, taken } = between(graph, wanted, cuts);
  return [
    ...taken.filter(isActive),
    ...[...targets].flatMap(([name, value]) => (needed.has(value.name) ? [{ name, value }] : [])),
  ].map(({ name, value }) => ({ name, value }));
}
