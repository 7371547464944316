// The files that a workflow names. Which parameters are paths, the node types tell by how they are edited.

import { isEmbeddedName } from "../src-main/common/embedded-name.ts";
import { paramFields } from "../src-main/common/workflow-params.ts";
import { own, type Workflow, type WorkflowNode } from "../src-main/common/workflow.ts";
import { nodeTypes } from "./index.ts";

export interface NamedPath {
  readonly node: string;
  readonly param: string;
  readonly path: string;
}

/** By basename, in `meta`: what a shared workflow says of the weights that it was made with. */
const HASHES = "hashes";
/** In `meta`: paths, as nodes hold them, that nobody has agreed to look at. */
export const WITHHELD = "withheld";
const NONE: readonly string[] = [];

/** Without what comes with the program. */
export function pathsOf(workflow: Workflow): NamedPath[] {
  return Object.entries(workflow.graph.nodes).flatMap(([node, { type, params }]) =>
    pathParams({ type, params }).map(([param, path]) => ({ node, param, path })),
  );
}

/** The same array as long as the document holds the same. */
export function withheldList({ meta }: Workflow): readonly string[] {
  const list = meta?.[WITHHELD];
  return Array.isArray(list) && list.every((path) => typeof path === "string") ? list : NONE;
}

/** What is withheld stays so under its new name. */
export function mapPaths(workflow: Workflow, change: (path: string) => string): Workflow {
  const nodes = Object.entries(workflow.graph.nodes).map(([id, node]) => {
    const changed = Object.fromEntries(pathParams(node).map(([name, path]) => [name, change(path)]));
    return [id, { ...node, params: { ...node.params, ...changed } }];
  });
  const mapped = { ...workflow, graph: { ...workflow.graph, nodes: Object.fromEntries(nodes) } };
  const withheld = withheldList(workflow);
  return withheld.length === 0 ? mapped : { ...mapped, meta: { ...workflow.meta, [WITHHELD]: withheld.map(change) } };
}

/**
 * The same workflow with names in place of paths: what is shared says what was used, not where it lay.
 * @param hashes of weights, by basename
 */
export function portableWorkflow(workflow: Workflow, hashes: Readonly<Record<string, string>> = {}): Workflow {
  const { [WITHHELD]: _, ...meta } = workflow.meta ?? {};
  const named = mapPaths(workflow.meta?.[WITHHELD] === undefined ? workflow : { ...workflow, meta }, nameOf);
  return Object.keys(hashes).length === 0 ? named : { ...named, meta: { ...named.meta, [HASHES]: hashes } };
}

/** What a shared workflow says of the weights under a path; `null` if nothing. */
export function hashOf(workflow: Workflow, path: string): string | null {
  const hashes = workflow.meta?.[HASHES];
  if (typeof hashes !== "object" || hashes === null) return null;
  const hash = own<unknown>({ ...hashes }, nameOf(path));
  return typeof hash === "string" && /^[0-9a-f]{8,64}$/.test(hash) ? hash : null;
}

/** A file may come from another system, whose paths look different. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
}

/** Of a node of an unknown type, everything that is plainly a path. */
function pathParams({ type, params }: Pick<WorkflowNode, "type" | "params">): (readonly [string, string])[] {
  const names = fileParams(type);
  return Object.entries(params).flatMap(([name, value]) => {
    if (typeof value !== "string" || value === "" || isEmbeddedName(value)) return [];
    const isPath = names === undefined ? /^([A-Za-z]:)?[\\/]/.test(value) : names.includes(name);
    return isPath ? [[name, value] as const] : [];
  });
}

const known = new Map<string, readonly string[]>();

function fileParams(type: string): readonly string[] | undefined {
  const definition = nodeTypes.get(type);
  if (definition === undefined) return undefined;
  const names =
    known.get(type) ??
    paramFields(definition).flatMap(({ name, control }) => (control === "file" || control === "folder" ? [name] : []));
  known.set(type, names);
  return names;
}
