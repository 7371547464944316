import { expect, test } from "vitest";
import { elementCount } from "../../common/tensor.ts";
import { evaluateGraph } from "../../compiler/evaluate-graph.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Border, NetworkUse } from "../lowering.ts";
import { farthest, pattern } from "../testing/compute.ts";
import { bordersInside } from "./borders-inside.ts";
import { cutFiner } from "./cut-finer.ts";
import { cutGraph, type CutGraph, type DifferentiableGraph, gradientOf, OBJECTIVE, type Segment } from "./cut.ts";

const WIDTH = 4;
const BLOCKS = 4;

/** A decoder of so many blocks in front of a reward of as many, from one parameter. */
function wholeGraph(): DifferentiableGraph {
  const b = new GraphBuilder();
  const p = b.input("p", "float32", [1, WIDTH]);
  const block = (x: Value): Value => b.add(x, b.scale(b.mul(b.op("Tanh", [x], {}), b.op("Sin", [x], {})), 0.4));
  const chain = (x: Value): Value => Array.from({ length: BLOCKS }).reduce<Value>(block, b.scale(x, 0.7));
  const image = chain(p);
  const score = b.sum(chain(image), [1], 0);
  const network = (name: string, value: Value): NetworkUse => ({ name, network: "vae", value });
  const whole: DifferentiableGraph = {
    graph: b.build(),
    borders: [{ name: "image", value: image, kind: "image" }],
    networks: [network("decoder", image), network("reward", score)],
    objective: score,
    outputs: new Map(),
    targets: new Map([["p", p]]),
  };
  return { ...whole, borders: [...whole.borders, ...bordersInside(whole)] };
}

const whole = wholeGraph();
const inside = whole.borders.filter(({ kind }) => kind === "hidden state");

type Numbers = ReadonlyMap<string, Float64Array>;

function run(graph: ReturnType<Segment["build"]>, feeds: Numbers): Numbers {
  return new Map([...evaluateGraph(graph, Object.fromEntries(feeds))].map(([name, { data }]) => [name, data]));
}

function runParts({ segments }: CutGraph, p: Float64Array): Numbers {
  const values = new Map<string, Float64Array>([["p", p]]);
  const find = (numbers: Numbers, name: string): Float64Array => {
    const found = numbers.get(name);
    if (found === undefined) throw new Error(`no numbers of ${name}`);
    return found;
  };
  for (const { inputs, takes, gives, build } of segments) {
    const pairs = [...inputs.map((name) => [name, name] as const), ...takes];
    const outputs = run(build(), new Map(pairs.map(([name, input]) => [input, find(values, name)])));
    for (const [name, output] of gives) values.set(name, find(outputs, output));
  }
  return values;
}

const at = Float64Array.from(pattern(WIDTH));

test("each network may be cut between its blocks, and is named by what it lies within", () => {
  expect(inside.map(({ name, within }) => [name, within?.name])).toEqual([
    ...["1", "2", "3", "4"].map((n) => [`hidden state decoder ${n}`, "decoder"]),
    ...["1", "2", "3", "4", "5"].map((n) => [`hidden state reward ${n}`, "reward"]),
  ]);
  const [front] = cutGraph(whole, inside.slice(1, 2)).segments;
  expect(front?.networks.map(({ name }) => name)).toEqual(["decoder"]);
});

test("wherever networks are cut inside, the gradient is that of finite differences", () => {
  const STEP = 1e-5;
  const scoreAt = (p: Float64Array): number => runParts(cutGraph(whole, []), p).get(OBJECTIVE)?.[0] ?? NaN;
  const slopes = [...at.keys()].map((i) => {
    const moved = (change: number) => scoreAt(at.map((n, j) => (i === j ? n + change : n)));
    return (moved(STEP) - moved(-STEP)) / (2 * STEP);
  });
  for (let chosen = 0; chosen < 2 ** whole.borders.length; chosen++) {
    const cuts = whole.borders.filter((_, i) => (chosen >> i) % 2 === 1);
    const gradient = runParts(cutGraph(whole, cuts), at).get(gradientOf("p")) ?? [];
    expect(farthest([...gradient], slopes), cuts.map(({ name }) => name).join(", ")).toBeLessThan(1e-8);
  }
});

/** As if all results of a part were held at once. */
function resultsOf({ segments }: CutGraph): number[] {
  return segments.map(({ build }) => {
    const graph = build();
    return graph.nodes.reduce((sum, { output }) => sum + elementCount(graph.values.get(output)?.shape ?? []), 0);
  });
}

function finer(cuts: readonly Border[], excess: number): readonly Border[] | undefined {
  const cut = cutGraph(whole, cuts);
  return cutFiner(whole, cut, { ofSegments: resultsOf(cut), ofOthers: 0 }, excess);
}

test("where little memory is missing the cut comes early, so that little is computed twice; half is missing at most at once", () => {
  const [all = NaN] = resultsOf(cutGraph(whole, []));
  const cutFor = (excess: number) => finer([], excess)?.map(({ name }) => name);
  expect(cutFor(0.15 * all)).toEqual(["hidden state decoder 3"]);
  expect(cutFor(0.4 * all)).toEqual(["image"]);
  expect(cutFor(0.9 * all)).toEqual(cutFor(0.5 * all));
});

test("what is cut is cut again until its parts are as small as they get", () => {
  let cuts: readonly Border[] = [];
  const largest = [Math.max(...resultsOf(cutGraph(whole, [])))];
  for (let next = finer(cuts, Infinity); next !== undefined; next = finer(cuts, Infinity)) {
    cuts = next;
    largest.push(Math.max(...resultsOf(cutGraph(whole, cuts))));
  }
  expect(new Set(cuts).size).toBe(cuts.length);
  expect(largest).toEqual(largest.toSorted((a, b) => b - a));
  expect(largest.at(-1)).toBeLessThan((largest[0] ?? NaN) / 3);
});

test("a part that cannot be cut says how small the others need to be", () => {
  const cut = cutGraph(whole, []);
  const [all = NaN] = resultsOf(cut);
  expect(cutFiner(whole, cut, { ofSegments: [all], ofOthers: all }, all / 2)).toBeUndefined();
});
