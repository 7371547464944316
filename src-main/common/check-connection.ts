// Whether one port may feed another. The canvas asks while the user drags; the compiler asks again.

import type { Diagnostic } from "./diagnostic.ts";
import { type PortKind, type PortType, printTag, type Tags, uniteTags, withArticle } from "./port-type.ts";
import type { NodeType, NodeTypes } from "./workflow-node-type.ts";
import type { PortEnd } from "./workflow.ts";

export interface TypedEnd extends PortEnd {
  readonly type: PortType;
}

/** The end that takes, called as the user sees it. */
export interface LabelledEnd extends TypedEnd {
  readonly label: string;
}

/**
 * @param to its tags are what the other wires of that node have settled so far
 * @param types where to look for a node that could stand between the two
 */
export function checkConnection(from: TypedEnd, to: LabelledEnd, types: NodeTypes): Diagnostic | null {
  const [given, wanted] = [from.type.kind, to.type.kind];
  if (given !== wanted) {
    return {
      severity: "error",
      code: "port-kind",
      at: place(to),
      message: `the input ${to.label} takes ${withArticle(wanted)}, but gets ${withArticle(given)}`,
      notes: [{ at: place(from), message: `gives ${withArticle(given)}` }],
      help: bridge(given, wanted, types),
    };
  }
  const united = uniteTags(to.type.tags, from.type.tags);
  if (typeof united === "object") return null;
  const [here, there] = [printTag(to.type.tags, united), printTag(from.type.tags, united)];
  return {
    severity: "error",
    code: `port-${united}`,
    at: place(to),
    message: `the other wires of this node belong to ${here}, but ${withArticle(given)} of ${there} is connected`,
    notes: [{ at: place(from), message: `gives ${withArticle(given)} of ${there}` }],
    help: HELP[united],
  };
}

const HELP: { readonly [Tag in keyof Tags]-?: string } = {
  space:
    "an embedding works only with the text encoder that it was made for: use one of that encoder, or another pipeline",
  pipeline: "take all parts from one Pipeline node",
};

/** The titles of the nodes that put out this kind. */
export function makersOf(kind: PortKind, types: NodeTypes): string[] {
  return titles(types, ({ outputs }) => has(outputs, kind));
}

function bridge(given: PortKind, wanted: PortKind, types: NodeTypes): string {
  const between = titles(types, ({ inputs, outputs }) => has(inputs, given) && has(outputs, wanted));
  if (between.length > 0) return `insert ${listed(between)} between them`;
  return `connect ${withArticle(wanted)}: ${listed(makersOf(wanted, types))} gives one`;
}

function titles(types: NodeTypes, accepts: (type: NodeType) => boolean): string[] {
  return [...types.values()].filter(accepts).map(({ title }) => title);
}

function has(ports: NodeType["inputs"], kind: PortKind): boolean {
  return Object.values(ports).some((port) => port.kind === kind);
}

/** `a`, `a or b`, `a, b or c` */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "no node";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

function place({ node, port }: PortEnd): PortEnd {
  return { node, port };
}
