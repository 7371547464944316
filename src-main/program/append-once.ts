// A value is appended to a graph once, however many others are computed from it: without this, values that share others would grow a graph
// by powers of two. What is found wrong only then is told at its node, too.

import type { Call, Ref } from "../common/program/program.ts";
import type { Value } from "../compiler/graph.ts";
import { atNode } from "./at-node.ts";
import type { Lowering } from "./lowering.ts";
import type { OpenedModel, OpenedValue, Point, Tensors } from "./values.ts";

/** What functions open: some values alone, predictions at a point. */
type Lower = (lowering: Lowering, point?: Point) => unknown;

/** @param value as its function has opened it @returns the same, appended once for each graph and each point */
export function appendOnce<Opened extends OpenedValue>(ref: Ref, call: Pick<Call, "nodes">, value: Opened): Opened {
  if ("lower" in value) {
    const lower = value.lower as Lower;
    const once: Lower = (lowering, point) =>
      lowering.once(`${ref} ${point === undefined ? "" : printPoint(point)}`, () =>
        atNode(call, () => lower(lowering, point)),
      );
    return { ...value, lower: once };
  }
  if ("predict" in value) {
    const { predict } = value as OpenedModel;
    const once: OpenedModel["predict"] = (lowering, point, conditioning, added = {}) =>
      lowering.once(`${ref} ${printPoint(point)} beside ${namesOf(conditioning)} and ${namesOf(added)}`, () =>
        atNode(call, () => predict(lowering, point, conditioning, added)),
      );
    return { ...value, predict: once };
  }
  return value;
}

function printPoint({ sampler, offset, isNegative }: Point): string {
  return `at ${sampler} ${offset}${isNegative === true ? " negative" : ""}`;
}

function namesOf(tensors: Tensors): string {
  return Object.entries(tensors)
    .map(([name, value]: [string, Value]) => `${name}=${value.name}`)
    .join();
}
