// Whether one port may feed another. The canvas asks while the user drags; the compiler asks again.

import type { Diagnostic } from "./diagnostic.ts";
import { printSpace } from "./embedding-space.ts";
import { type PortType, tagsOfKind, uniteTags } from "./port-type.ts";
import { isKindOf, type ValueKind, withArticle } from "./program/value-type.ts";
import type { NodeType, NodeTypes, Port } from "./workflow-node-type.ts";
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
  if (!isKindOf(given, wanted)) {
    return {
      severity: "error",
      code: "port-kind",
      at: place(to),
      message: `the input ${to.label} takes ${withArticle(wanted)}, but gets ${withArticle(given)}`,
      notes: [{ at: place(from), message: `gives ${withArticle(given)}` }],
      help: bridge(given, wanted, types),
    };
  }
  const [here, there] = [tagsOfKind(wanted, to.type.tags), tagsOfKind(given, from.type.tags)];
  if (uniteTags(here, there) !== null) return null;
  const spaceOf = ({ space }: typeof here): string => (space === undefined ? "any text encoder" : printSpace(space));
  return {
    severity: "error",
    code: "port-space",
    at: place(to),
    message: `the other wires of this node belong to ${spaceOf(here)}, but ${withArticle(given)} of ${spaceOf(there)} is connected`,
    notes: [{ at: place(from), message: `gives ${withArticle(given)} of ${spaceOf(there)}` }],
    help: "an embedding works only with the text encoder that it was made for: use one of that encoder, or another pipeline",
  };
}

/** The titles of the nodes that put out this kind. */
export function makersOf(wanted: ValueKind, types: NodeTypes): string[] {
  return titles(types, ({ outputs }) => Object.values(outputs).some((output) => makes(output, wanted)));
}

/** A node that gives a parameter gives what it is given. */
function makes({ kind, trainable }: Port, wanted: ValueKind): boolean {
  if (wanted === "parameter") return kind === wanted || trainable === true;
  return kind !== "parameter" && isKindOf(kind, wanted);
}

function bridge(given: ValueKind, wanted: ValueKind, types: NodeTypes): string {
  const between = titles(
    types,
    ({ inputs, outputs }) =>
      // What an input may do without is not what the node makes something of.
      Object.values(inputs).some(({ kind, optional }) => optional !== true && isKindOf(given, kind)) &&
      Object.values(outputs).some((output) => makes(output, wanted)),
  );
  if (between.length > 0) return `insert ${listed(between)} between them`;
  return `connect ${withArticle(wanted)}: ${listed(makersOf(wanted, types))} gives one`;
}

function titles(types: NodeTypes, accepts: (type: NodeType) => boolean): string[] {
  return [...types.values()].filter(accepts).map(({ title }) => title);
}

/** `a`, `a or b`, `a, b or c` */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "no node";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

function place({ node, port }: PortEnd): PortEnd {
  return { node, port };
}
