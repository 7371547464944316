// Borders inside networks: where one is narrow, as between its blocks, its graph may be cut as it may be between two networks.

import { byteCount } from "../../common/tensor.ts";
import { partOf } from "../../compiler/copy-part.ts";
import { valueOf } from "../../compiler/graph.ts";
import { necksOf } from "../../compiler/necks.ts";
import type { Border, NetworkUse } from "../lowering.ts";
import { activeNames, type DifferentiableGraph, placeIn } from "./cut.ts";

/** Of a graph whose borders are those between networks. */
export function bordersInside(whole: DifferentiableGraph): readonly Border[] {
  const { graph, borders, networks, objective } = whole;
  const active = activeNames(whole);
  const { nodes } = partOf(graph, [objective], new Set());
  const between = new Set(borders.map(({ value }) => value.name));
  const necks = necksOf(
    nodes.filter(({ output }) => active.has(output)),
    objective.name,
    between,
  ).map((name) => valueOf(graph, name));
  const narrowest = necks.filter((value, i) =>
    [necks[i - 1], necks[i + 1]].every((beside) => beside === undefined || byteCount(value) <= byteCount(beside)),
  );
  const place = placeIn(graph);
  const ordered = networks.toSorted((a, b) => place(a.value) - place(b.value));
  const counts = new Map<string, number>();
  return narrowest.flatMap((value): Border[] => {
    const within = ordered.find((network) => place(network.value) > place(value));
    return within === undefined ? [] : [borderInside(within, value, counts)];
  });
}

function borderInside(within: NetworkUse, value: Border["value"], counts: Map<string, number>): Border {
  const count = (counts.get(within.name) ?? 0) + 1;
  counts.set(within.name, count);
  return { name: `hidden state ${within.name} ${count}`, value, kind: "hidden state", within };
}
