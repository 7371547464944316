// A workflow as it is saved: `NAME.reneg.json`. The format, rule by rule, is in docs/workflow-file.md.

import { z } from "zod";

export const WORKFLOW_FORMAT = "reneg-workflow";

/** Bounds of what is read: a shared file is not to be trusted. */
export const MOST_NODES = 10_000;
const MOST_EDGES = 40_000;

/** Starts with a letter or digit, so that no id is `__proto__`. */
const id = z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/, "an id is a letter or digit, then letters, digits, - and _");
/** Of a port or a parameter. */
const name = z.string().regex(/^[A-Za-z]\w{0,63}$/, "a name is a letter, then letters, digits and _");

/** As `z.record`, which overlooks a key `__proto__` that JSON can hold. */
const recordOf = <Key extends typeof id, Value extends z.ZodType>(key: Key, value: Value) =>
  z
    .unknown()
    .refine(
      (record) => typeof record !== "object" || record === null || !Object.hasOwn(record, "__proto__"),
      "a key cannot be __proto__",
    )
    .pipe(z.record(key, value));

// Loose objects: what a later version or another program added is kept.
const end = z.looseObject({ node: id, port: name });
const edge = z.looseObject({ from: end, to: end });
const node = z.looseObject({
  /** `family/name`. */
  type: z.string().max(128),
  /** Of the node type, when the node was made. */
  version: z.int().positive(),
  /** Muted: as if it were not there. Bypassed: hands on what it gets. */
  mode: z.enum(["muted", "bypassed"]).exactOptional(),
  params: recordOf(name, z.unknown()),
});
/** In pixels of the canvas; a place inside a group counts from the group's corner. */
const nodeView = z.looseObject({
  x: z.number(),
  y: z.number(),
  width: z.number().positive().exactOptional(),
  height: z.number().positive().exactOptional(),
  /** The node of the group that it lies in. */
  group: id.exactOptional(),
  collapsed: z.boolean().exactOptional(),
  /** What the user calls the node. */
  name: z.string().max(200).exactOptional(),
  /** The name of a colour; one that the editor does not know is kept and not shown. */
  colour: z.string().max(32).exactOptional(),
});

/** The places that a wire goes through, from its output to its input. */
const wireView = z.looseObject({ bends: z.array(z.looseObject({ x: z.number(), y: z.number() })).max(64) });

export const workflowSchema = z.looseObject({
  format: z.literal(WORKFLOW_FORMAT),
  formatVersion: z.int().positive(),
  meta: z
    .looseObject({
      name: z.string().exactOptional(),
      description: z.string().exactOptional(),
      author: z.string().exactOptional(),
      licence: z.string().exactOptional(),
    })
    .exactOptional(),
  /** What is computed. Records by id: a change of one thing is a change of one key. */
  graph: z.looseObject({
    nodes: recordOf(id, node).refine(
      (nodes) => Object.keys(nodes).length <= MOST_NODES,
      `more than ${MOST_NODES} nodes`,
    ),
    edges: recordOf(id, edge).refine(
      (edges) => Object.keys(edges).length <= MOST_EDGES,
      `more than ${MOST_EDGES} wires`,
    ),
  }),
  /** How it looks; nothing here changes what is computed. */
  view: z.looseObject({ nodes: recordOf(id, nodeView), wires: recordOf(id, wireView).exactOptional() }),
});

export type Workflow = DeepReadonly<z.output<typeof workflowSchema>>;
export type WorkflowNode = Workflow["graph"]["nodes"][string];
export type WorkflowEdge = Workflow["graph"]["edges"][string];
export type NodeView = Workflow["view"]["nodes"][string];
/** One end of a wire. */
export type PortEnd = Readonly<{ node: string; port: string }>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The ids of a record in an order that does not depend on that of its keys: `reward`, `reward-2`, `reward-10`. */
export function sortedIds(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** The entry of a record under a key that comes from a file: never something inherited, such as `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
