import { describe, expect, test } from "vitest";
import { elementCount } from "../../common/tensor.ts";
import { evaluateGraph } from "../../compiler/evaluate-graph.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Graph, Value } from "../../compiler/graph.ts";
import type { Border } from "../lowering.ts";
import { farthest, pattern } from "../testing/compute.ts";
import { cutGraph, type DifferentiableGraph, gradientOf, isGradient, LOSS_SCALE, OBJECTIVE } from "./cut.ts";

type Numbers = Map<string, Float64Array>;

const BATCH = 2;
const SCALE = 8;
const WIDTH = 3;

/** Two samplers that follow parameters into one sum, a third that follows none, and a parameter that the objective also reads directly. */
function wholeGraph(): DifferentiableGraph {
  const b = new GraphBuilder();
  const borders: Border[] = [];
  const border = (one: Border): Value => {
    borders.push(one);
    return one.value;
  };
  const p = b.input("p", "float32", [1, WIDTH]);
  const q = b.input("q", "float32", [1, WIDTH]);
  const sampled = (name: string, parameters: readonly Value[], kinds: readonly Border["kind"][]): Value => {
    const at = (kind: Border["kind"], value: Value): Value =>
      kinds.includes(kind)
        ? border({ name: `${kind} ${name}`, kind, value, ...(kind === "prediction" ? { sampler: name } : {}) })
        : value;
    const sample = b.input(`sample ${name}`, "float32", [BATCH, WIDTH]);
    const encode = (parameter: Value): Value => at("conditioning", b.op("Tanh", [parameter], {}));
    const steered = parameters.reduce((sum, parameter) => b.add(sum, encode(parameter)), sample);
    const prediction = at("prediction", b.op("Tanh", [b.mul(steered, sample)], {}));
    const latent = at("latent", b.sub(b.scale(sample, 0.8), b.scale(prediction, 0.6)));
    const image = at("image", b.op("Sin", [b.add(latent, b.mul(latent, latent))], {}));
    return at("score", b.sum(b.mul(image, b.exp(image)), [1], 0));
  };
  const a = sampled("a", [p], ["conditioning", "prediction", "latent", "image", "score"]);
  const both = sampled("b", [p, q], ["prediction", "latent"]);
  const untrained = sampled("c", [], ["image", "score"]);
  const near = b.sum(b.mul(p, p), [0, 1], 0);
  const sum = b.add(b.add(a, b.scale(both, -0.5)), b.sub(untrained, b.expand(b.reshape(near, [1]), [BATCH])));
  return {
    graph: b.build(),
    borders,
    networks: [],
    objective: sum,
    outputs: new Map([["score c", untrained]]),
    targets: new Map([
      ["p", p],
      ["q", q],
    ]),
  };
}

const whole = wholeGraph();
const inputs: Numbers = new Map(
  whole.graph.inputs.map(({ name, shape }, i) => [name, Float64Array.from(pattern(elementCount(shape), 10 * i))]),
);

/** As a step of learning runs them: what parts give is summed where several reach one place. */
function runParts(given: DifferentiableGraph, cuts: readonly Border[]): Numbers {
  const cut = cutGraph(given, cuts);
  const values: Numbers = new Map([[LOSS_SCALE, Float64Array.of(SCALE)]]);
  for (const { name, sampler, value } of cut.cuts) {
    if (sampler !== undefined) values.set(name, valueOfWhole(given, value));
  }
  for (const segment of cut.segments) {
    const graph = segment.build();
    const feeds: Record<string, Float64Array> = {};
    for (const name of segment.inputs) feeds[name] = numbersOf(inputs, name);
    for (const [name, input] of segment.takes) feeds[input] = numbersOf(values, name);
    expect(graph.inputs.map(({ name }) => name).toSorted()).toEqual(Object.keys(feeds).toSorted());
    const outputs = evaluateGraph(graph, feeds);
    for (const [name, output] of segment.gives) {
      const result = numbersOf(new Map([...outputs].map(([key, { data }]) => [key, data])), output);
      const before = values.get(name);
      values.set(name, before === undefined ? result : result.map((n, i) => n + (before[i] ?? NaN)));
    }
  }
  return values;
}

function valueOfWhole({ graph }: DifferentiableGraph, value: Value): Float64Array {
  const told: Graph = { ...graph, outputs: new Map([["value", value]]) };
  const found = evaluateGraph(told, Object.fromEntries(inputs)).get("value");
  return numbersOf(new Map([["value", found?.data ?? new Float64Array()]]), "value");
}

function numbersOf(numbers: Numbers, name: string): Float64Array {
  const found = numbers.get(name);
  if (found === undefined) throw new Error(`no numbers of ${name}`);
  return found;
}

function subsets<Item>([first, ...others]: readonly Item[]): Item[][] {
  if (first === undefined) return [[]];
  const rest = subsets(others);
  return [...rest, ...rest.map((subset) => [first, ...subset])];
}

const told = [OBJECTIVE, "score c", gradientOf("p"), gradientOf("q")];
const inOnePiece = runParts(whole, []);

test("in one piece the gradient is that of finite differences of the objective's sum", () => {
  const STEP = 1e-5;
  for (const name of ["p", "q"]) {
    const at = numbersOf(inputs, name);
    const slopes = [...at.keys()].map((i) => {
      const sums = [STEP, -STEP].map((change) => {
        inputs.set(
          name,
          at.map((n, j) => (i === j ? n + change : n)),
        );
        return valueOfWhole(whole, whole.objective).reduce((sum, n) => sum + n, 0);
      });
      return ((sums[0] ?? NaN) - (sums[1] ?? NaN)) / (2 * STEP);
    });
    inputs.set(name, at);
    expect(farthest([...numbersOf(inOnePiece, gradientOf(name))], slopes)).toBeLessThan(1e-8);
  }
});

test("every way to cut gives the same objective, scores and gradients", () => {
  const ways = subsets(whole.borders);
  expect(ways.length).toBe(2 ** 9);
  for (const cuts of ways) {
    const values = runParts(whole, cuts);
    for (const name of told) {
      const difference = farthest([...numbersOf(values, name)], [...numbersOf(inOnePiece, name)]);
      expect(difference, `${name}, cut at ${cuts.map((cut) => cut.name).join(", ")}`).toBeLessThan(1e-12);
    }
  }
});

test("with a scale of the loss all gradients are as much larger, and nothing else, however it is cut", () => {
  for (const cuts of [[], whole.borders]) {
    const values = runParts({ ...whole, scalesLoss: true }, cuts);
    for (const name of told) {
      const wanted = numbersOf(inOnePiece, name).map((n) => (isGradient(name) ? SCALE * n : n));
      expect(farthest([...numbersOf(values, name)], [...wanted]), name).toBeLessThan(1e-12);
    }
  }
});

describe("the parts of a cut graph", () => {
  const cut = cutGraph(whole, whole.borders);

  test("no part goes back through a border that no parameter reaches", () => {
    const backwards = cut.segments.filter(({ takes }) => [...takes.keys()].some((name) => name.startsWith("gradient")));
    const through = backwards.flatMap(({ takes }) => [...takes.keys()].filter((name) => name.startsWith("gradient")));
    expect(through.toSorted()).toEqual(
      ["conditioning a", "prediction a", "latent a", "image a", "score a", "prediction b", "latent b"]
        .map(gradientOf)
        .toSorted(),
    );
  });

  test("what a sampler has predicted on its way is given, and not computed again forwards", () => {
    const given = cut.segments.flatMap(({ gives }) => [...gives.keys()]);
    expect(given).not.toContain("prediction a");
    expect(given).toContain("latent a");
  });

  test("each takes only what the ones before it have given", () => {
    const known = new Set(["prediction a", "prediction b"]);
    for (const { takes, gives } of cut.segments) {
      for (const name of takes.keys()) expect(known).toContain(name);
      for (const name of gives.keys()) known.add(name);
    }
  });

  test("shapes of all that is handed on are known", () => {
    for (const { gives } of cut.segments) for (const name of gives.keys()) expect(cut.shapes.has(name)).toBe(true);
  });
});

test("an objective that no parameter reaches has no gradient, and is computed", () => {
  const b = new GraphBuilder();
  const p = b.input("p", "float32", [1]);
  const score = b.scale(b.input("x", "float32", [1]), 3);
  const nothing: DifferentiableGraph = {
    graph: b.build(),
    borders: [],
    networks: [],
    objective: score,
    outputs: new Map(),
    targets: new Map([["p", p]]),
  };
  inputs.set("x", Float64Array.of(2));
  const values = runParts(nothing, []);
  expect([...numbersOf(values, OBJECTIVE)]).toEqual([6]);
  expect(values.has(gradientOf("p"))).toBe(false);
});
