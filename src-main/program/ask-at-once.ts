// What a graph asks a network several times of one sample, as the halves of guidance do, asked at once: by a batch of all of them.

import { copyPart } from "../compiler/copy-part.ts";
import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import { at } from "../compiler/shapes.ts";
import type { AnsweredQuestion, Lowering } from "./lowering.ts";
import type { Tensors } from "./values.ts";

/** @returns the same results, computed from the answers to all questions that are alike at once; the first answers are left without use */
export function askAtOnce({ b, questions }: Lowering, results: Tensors): Tensors {
  const graph = b.build();
  // An export may be made for a number of images.
  if (graph.imported) return results;
  const answers = new Map<string, Value>();
  for (const alike of Map.groupBy(questions, likeness).values()) {
    if (alike.length > 1) for (const [name, answer] of answerAtOnce(b, alike)) answers.set(name, answer);
  }
  if (answers.size === 0) return results;
  const { of } = copyPart(b, graph, Object.values(results), answers, (input) => input);
  return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, of(result)]));
}

/** Contexts of other lengths cannot lie in one tensor, and a half that nothing steers has no place for what steers the other. */
function likeness({ network, sample, beside }: AnsweredQuestion): string {
  const besides = Object.entries(beside).map(([name, { dtype, shape }]) => [name, dtype, ...shape.slice(1)]);
  return JSON.stringify([network, sample.name, besides]);
}

/** @returns by the name of an answer, what takes its place */
function answerAtOnce(b: GraphBuilder, alike: readonly AnsweredQuestion[]): ReadonlyMap<string, Value> {
  const [first] = alike;
  if (first === undefined) throw new Error("there is no question to answer");
  const beside = Object.keys(first.beside).map((name): [string, Value] => {
    const values = alike.flatMap((question) => question.beside[name] ?? []);
    return [name, joined(b, values, at(first.sample.shape, 0))];
  });
  const answer = first.ask(Object.fromEntries(beside));
  const parts = Object.entries(answer).flatMap(([name, whole]) => {
    let end = 0;
    return alike
      .flatMap((question) => question.answer[name] ?? [])
      .map((part): [string, Value] => {
        // Where nothing is asked differently, all have one answer.
        const start = end % at(whole.shape, 0);
        end = start + at(part.shape, 0);
        return [part.name, b.slice(whole, 0, start, end)];
      });
  });
  return new Map(parts);
}

/** What serves all samples of all questions stays as it is. */
function joined(b: GraphBuilder, values: readonly Value[], samples: number): Value {
  const [first] = values;
  const servesAll = ({ shape: [rows] }: Value): boolean => rows === 1;
  if (first !== undefined && servesAll(first) && new Set(values).size === 1) return first;
  return b.concat(
    values.map((value) => (servesAll(value) ? b.expand(value, value.shape.with(0, samples)) : value)),
    0,
  );
}
