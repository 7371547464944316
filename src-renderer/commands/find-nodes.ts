// Nodes of a workflow by what they are called, of which type they are, or what is set in them.

import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { fieldsOf, nameOf, printValue, titleOf, typeOf } from "../canvas/node-look.ts";
import { placeOnCanvas } from "./groups.ts";

export interface FoundNode {
  readonly id: string;
  /** The parameter that holds the words, as label and value; `null`: its name or type does. */
  readonly where: string | null;
}

/** All of the words have to be found, in its names or in one parameter. By name first, and then from left to right, as one reads the graph. */
export function findNodes(workflow: Workflow, query: string): FoundNode[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const holds = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const found = Object.keys(workflow.graph.nodes).flatMap((id): FoundNode[] => {
    const node = own(workflow.graph.nodes, id);
    if (node === undefined) return [];
    const type = typeOf(node);
    const names = [nameOf(workflow, id), titleOf(node), node.type, id, ...(type?.synonyms ?? [])];
    if (holds(names.join(" "))) return [{ id, where: null }];
    const where = valuesOf(workflow, id).find(holds);
    return where === undefined ? [] : [{ id, where }];
  });
  const place = new Map(found.map(({ id }) => [id, placeOnCanvas(workflow, id)]));
  return found.toSorted((a, b) => {
    const [p, q] = [place.get(a.id) ?? { x: 0, y: 0 }, place.get(b.id) ?? { x: 0, y: 0 }];
    return Number(a.where !== null) - Number(b.where !== null) || p.x - q.x || p.y - q.y;
  });
}

/** Of every parameter that is set, its label and value; of a type that is not known, the name in place of the label. */
function valuesOf({ graph }: Workflow, id: string): string[] {
  const node = own(graph.nodes, id);
  if (node === undefined) return [];
  const type = typeOf(node);
  const fields = type === undefined ? [] : fieldsOf(type);
  return Object.entries(node.params).map(([name, value]) => {
    const field = fields.find((each) => each.name === name);
    return field === undefined ? `${name}: ${JSON.stringify(value)}` : `${field.label}: ${printValue(field, value)}`;
  });
}
