// What two workflows differ in, as one would say it: nodes by their titles, parameters by their labels. How they look is left out.

import { z } from "zod";
import { printParam } from "./print-param.ts";
import type { NodeType, NodeTypes } from "./workflow-node-type.ts";
import { type ParamField, paramFields, readParams } from "./workflow-params.ts";
import { own, type PortEnd, sortedIds, type Workflow, type WorkflowNode } from "./workflow.ts";

const node = { node: z.string(), title: z.string() };

export const workflowDifference = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("param"), ...node, label: z.string(), before: z.string(), after: z.string() }),
  z.object({ kind: z.enum(["added", "removed", "muted", "bypassed", "turned on"]), ...node }),
  /** `Reward › Image` */
  z.object({ kind: z.enum(["wired", "unwired"]), from: z.string(), to: z.string() }),
]);
export type WorkflowDifference = z.output<typeof workflowDifference>;

export const workflowParameter = z.object({
  /** The same for the same parameter of another run of the workflow. */
  key: z.string(),
  label: z.string(),
  value: z.string(),
});
export type WorkflowParameter = z.output<typeof workflowParameter>;

/** In the order: nodes that came and went, what changed in each, wires. */
export function differencesBetween(before: Workflow, after: Workflow, types: NodeTypes): WorkflowDifference[] {
  const [old, fresh] = [computing(before, types), computing(after, types)];
  const partner = partnersOf(old, fresh);
  const known = new Set(partner.values());
  const titled = (workflow: Workflow, id: string) => ({ node: id, title: titleIn(workflow, id, types) });
  const added = sortedIds(fresh).filter((id) => !known.has(id));
  const removed = sortedIds(old).filter((id) => !partner.has(id));
  return [
    ...added.map((id): WorkflowDifference => ({ kind: "added", ...titled(after, id) })),
    ...removed.map((id): WorkflowDifference => ({ kind: "removed", ...titled(before, id) })),
    ...sortedIds(old).flatMap((id) => {
      const [was, is] = [own(old, id), own(fresh, partner.get(id) ?? "")];
      if (was === undefined || is === undefined) return [];
      return nodeDifferences(was, is, titled(after, partner.get(id) ?? ""), types.get(is.type));
    }),
    ...wireDifferences(before, after, partner, types),
  ];
}

/** Of every node that computes something. */
export function parametersOf(workflow: Workflow, types: NodeTypes): WorkflowParameter[] {
  const nodes = computing(workflow, types);
  return sortedIds(nodes).flatMap((id) => {
    const of = own(nodes, id);
    const type = of && types.get(of.type);
    if (of === undefined || type === undefined) return [];
    const title = titleIn(workflow, id, types);
    return paramFields(type).map((field) => ({
      key: `${id}.${field.name}`,
      label: `${title} ${field.label}`,
      value: printParam(field, valueOf(of, type, field)),
    }));
  });
}

type Nodes = Workflow["graph"]["nodes"];

/** Notes and groups have no ports: they change nothing. */
function computing({ graph }: Workflow, types: NodeTypes): Nodes {
  const entries = Object.entries(graph.nodes).filter(([, { type }]) => {
    const known = types.get(type);
    return known === undefined || Object.keys({ ...known.inputs, ...known.outputs }).length > 0;
  });
  return Object.fromEntries(entries);
}

/** By id; and a node that was removed and made anew is the same one if it is the only one of its type that is left over. */
function partnersOf(old: Nodes, fresh: Nodes): ReadonlyMap<string, string> {
  const isSame = (id: string): boolean => own(fresh, id)?.type === own(old, id)?.type;
  const partner = new Map(sortedIds(old).flatMap((id) => (isSame(id) ? [[id, id] as const] : [])));
  const leftOf = (nodes: Nodes) =>
    Map.groupBy(
      sortedIds(nodes).filter((id) => partner.get(id) !== id),
      (id) => own(nodes, id)?.type ?? "",
    );
  const left = leftOf(fresh);
  for (const [type, ids] of leftOf(old)) {
    const [was, ...moreOld] = ids;
    const [is, ...moreFresh] = left.get(type) ?? [];
    if (was !== undefined && is !== undefined && moreOld.length + moreFresh.length === 0) partner.set(was, is);
  }
  return partner;
}

function nodeDifferences(
  was: WorkflowNode,
  is: WorkflowNode,
  titled: { readonly node: string; readonly title: string },
  type: NodeType | undefined,
): WorkflowDifference[] {
  const mode: WorkflowDifference[] = was.mode === is.mode ? [] : [{ kind: is.mode ?? "turned on", ...titled }];
  const params = fieldsOf(was, is, type).flatMap((field): WorkflowDifference[] => {
    const [old, fresh] = [valueOf(was, type, field), valueOf(is, type, field)];
    if (isSameValue(field, old, fresh)) return [];
    const [before, after] = [printParam(field, old), printParam(field, fresh)];
    return [{ kind: "param", ...titled, label: field.label, before, after }];
  });
  return [...mode, ...params];
}

/** Of a type that is not known, the parameters by their names. */
function fieldsOf(was: WorkflowNode, is: WorkflowNode, type: NodeType | undefined): readonly ParamField[] {
  if (type !== undefined) return paramFields(type);
  return Object.keys({ ...was.params, ...is.params }).map((name) => ({
    name,
    label: name,
    help: "",
    kind: "text",
    fallback: undefined,
    isNullable: true,
  }));
}

/** As the program would read it, so that a default that is written down is the same as one that is not. */
function valueOf(of: WorkflowNode, type: NodeType | undefined, { name, fallback }: ParamField): unknown {
  const read = type === undefined ? null : readParams("", of, type).params;
  return own(read ?? of.params, name) ?? fallback ?? null;
}

/** A run names its files from the root, a workflow beside them from where it lies. */
function isSameValue({ control }: ParamField, a: unknown, b: unknown): boolean {
  if (JSON.stringify(a) === JSON.stringify(b)) return true;
  if ((control !== "file" && control !== "folder") || typeof a !== "string" || typeof b !== "string") return false;
  const [short, long] = [a, b].map((path) => path.replaceAll("\\", "/").replace(/^(\.\.?\/)+/, "")).toSorted(byLength);
  return short !== undefined && short !== "" && !isAbsolute(short) && long?.endsWith(`/${short}`) === true;
}

function isAbsolute(path: string): boolean {
  return /^([A-Za-z]:)?\//.test(path);
}

function byLength(a: string, b: string): number {
  return a.length - b.length;
}

function wireDifferences(
  before: Workflow,
  after: Workflow,
  partner: ReadonlyMap<string, string>,
  types: NodeTypes,
): WorkflowDifference[] {
  const known = new Set(partner.values());
  const wires = ({ graph }: Workflow, idOf: (id: string) => string | undefined) =>
    Object.values(graph.edges).flatMap(({ from, to }) => {
      const [source, target] = [idOf(from.node), idOf(to.node)];
      if (source === undefined || target === undefined) return [];
      const ends = { from: { ...from, node: source }, to: { ...to, node: target } };
      return [[`${source}.${from.port} ${target}.${to.port}`, ends] as const];
    });
  // Those of a node that came or went are told with it.
  const old = new Map(wires(before, (id) => partner.get(id)));
  const fresh = new Map(wires(after, (id) => (known.has(id) ? id : undefined)));
  const spoken = (end: PortEnd, side: "inputs" | "outputs"): string => {
    const type = types.get(own(after.graph.nodes, end.node)?.type ?? "");
    return `${titleIn(after, end.node, types)} › ${own(type?.[side] ?? {}, end.port)?.label ?? end.port}`;
  };
  const told = (kind: "wired" | "unwired", { from, to }: { from: PortEnd; to: PortEnd }): WorkflowDifference => ({
    kind,
    from: spoken(from, "outputs"),
    to: spoken(to, "inputs"),
  });
  return [
    ...[...fresh].filter(([key]) => !old.has(key)).map(([, wire]) => told("wired", wire)),
    ...[...old].filter(([key]) => !fresh.has(key)).map(([, wire]) => told("unwired", wire)),
  ];
}

/** Where there are several of a type, they are counted: `Reward`, `Reward 2`; of what is not there, the id. */
export function titleIn({ graph }: Workflow, id: string, types: NodeTypes): string {
  const type = own(graph.nodes, id)?.type ?? id;
  const same = sortedIds(graph.nodes).filter((other) => own(graph.nodes, other)?.type === type);
  const title = types.get(type)?.title ?? type;
  return same.indexOf(id) > 0 ? `${title} ${same.indexOf(id) + 1}` : title;
}
