// What differs between two states of a workflow, as plain data: undo goes back over it, redo forward, and a journal stores it.

import { z } from "zod";
import { own, type Workflow } from "./workflow.ts";

const RECORDS = ["graph.nodes", "graph.edges", "view.nodes"] as const;

/** One entry of one record; `undefined` where it is not there. */
const entryChange = z
  .object({ record: z.enum(RECORDS), id: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })
  .readonly();
type EntryChange = z.output<typeof entryChange>;
/** Unchanged, for its keys keep their order. */
const rest = z.custom<object>((value) => isObject(value) && isObject(value["graph"]) && isObject(value["view"]));
/** Everything that is in none of the records. */
const restChange = z.object({ record: z.literal("rest"), before: rest.optional(), after: rest.optional() }).readonly();
export const workflowChange = z.union([entryChange, restChange]);
export type WorkflowChange = z.output<typeof workflowChange>;

/** Entries are compared by identity: an edit shares all that it did not change. */
export function changesBetween(before: Workflow, after: Workflow): WorkflowChange[] {
  const entries = RECORDS.flatMap((name): EntryChange[] => {
    const [old, fresh] = [recordOf(before, name), recordOf(after, name)];
    if (old === fresh) return [];
    const ids = new Set([...Object.keys(old), ...Object.keys(fresh)]);
    return [...ids].flatMap((id) => {
      const [was, is] = [own(old, id), own(fresh, id)];
      return was === is ? [] : [{ record: name, id, before: was, after: is }];
    });
  });
  const [was, is] = [restOf(before), restOf(after)];
  return JSON.stringify(was) === JSON.stringify(is)
    ? entries
    : [...entries, { record: "rest", before: was, after: is }];
}

export function applyChanges(workflow: Workflow, changes: readonly WorkflowChange[]): Workflow {
  const rest = changes.findLast(({ record }) => record === "rest")?.after ?? restOf(workflow);
  const changed = (name: EntryChange["record"]): unknown => {
    const entries = new Map(Object.entries(recordOf(workflow, name)));
    for (const change of changes) {
      if (change.record !== name) continue;
      if (change.after === undefined) entries.delete(change.id);
      else entries.set(change.id, change.after);
    }
    return Object.fromEntries(entries);
  };
  // A change holds what was taken out of a Workflow, and puts it back in the same place.
  const { graph, view, ...others } = rest as Workflow;
  return {
    ...others,
    graph: { ...graph, nodes: changed("graph.nodes"), edges: changed("graph.edges") },
    view: { ...view, nodes: changed("view.nodes") },
  } as Workflow;
}

export function invertChanges(changes: readonly WorkflowChange[]): WorkflowChange[] {
  // Of either kind, "before" and "after" are of one type, which the compiler does not see of their union.
  return changes
    .map((change) => ({ ...change, before: change.after, after: change.before }) as WorkflowChange)
    .toReversed();
}

function recordOf({ graph, view }: Workflow, name: EntryChange["record"]): Readonly<Record<string, unknown>> {
  if (name === "view.nodes") return view.nodes;
  return name === "graph.nodes" ? graph.nodes : graph.edges;
}

function restOf({ graph, view, ...others }: Workflow): object {
  const { nodes: _nodes, edges: _edges, ...restOfGraph } = graph;
  const { nodes: _views, ...restOfView } = view;
  return { ...others, graph: restOfGraph, view: restOfView };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
