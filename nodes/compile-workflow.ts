// A workflow graph to the program that a run computes. Every node answers for itself; nothing here knows a node type.

import { listed } from "../src-main/common/check-connection.ts";
import type { Diagnostic } from "../src-main/common/diagnostic.ts";
import type { CallFault, FunctionSignatures } from "../src-main/common/program/function-signature.ts";
import { ProgramBuilder } from "../src-main/common/program/program-builder.ts";
import type { Program } from "../src-main/common/program/program.ts";
import type { Sink } from "../src-main/common/program/sink.ts";
import type { Update } from "../src-main/common/program/update.ts";
import { isKindOf, type TypedRef, type ValueKind, withArticle } from "../src-main/common/program/value-type.ts";
import { type CheckedNode, checkWorkflow } from "../src-main/common/workflow-check.ts";
import type { Port, Ports, WorkflowFacts } from "../src-main/common/workflow-node-type.ts";
import { own, type PortEnd, sortedIds, type Workflow } from "../src-main/common/workflow.ts";
import { collectSinks } from "./collect-sinks.ts";
import type { Compiled, CompileArgs, Fault, NodeDefinition, SinkArgs } from "./define-node.ts";
import type { NodeDefinitions } from "./index.ts";

export interface CompiledWorkflow {
  /** `null` if anything is wrong. Paths are as the nodes hold them. */
  readonly program: Program | null;
  /** Everything that is wrong, each at its node. */
  readonly diagnostics: readonly Diagnostic[];
}

interface CompiledNode extends Compiled<Ports> {
  readonly id: string;
  readonly definition: NodeDefinition;
}

/** @param functions of the program: what each tells before anything is opened */
export function compileWorkflow(
  workflow: Workflow,
  facts: WorkflowFacts,
  definitions: NodeDefinitions,
  functions: FunctionSignatures,
): CompiledWorkflow {
  const { nodes, diagnostics: found } = checkWorkflow(workflow, definitions, facts);
  const diagnostics: Diagnostic[] = [...found];
  const builder = new ProgramBuilder(functions);
  const compiled = new Map<string, CompiledNode>();
  for (const node of nodes) {
    const definition = definitions.get(node.type.type);
    const inputs = definition && gatherInputs(node, definition, compiled, diagnostics);
    if (definition === undefined || inputs === null || inputs === undefined) continue;
    const before = diagnostics.length;
    const caller = callerOf(node.id, definition, builder, diagnostics);
    const result = definition.compile({ node: node.id, inputs, params: node.params, ...caller });
    if (countErrors(diagnostics.slice(before)) === 0) compiled.set(node.id, { id: node.id, definition, ...result });
  }
  diagnostics.push(...checkLearners(workflow, definitions));
  const ordered = sortedIds(Object.fromEntries(compiled)).flatMap((id) => compiled.get(id) ?? []);
  const { updates, faults } = collectUpdates(ordered);
  diagnostics.push(...faults);
  if (Object.keys(updates).length === 0) return { program: null, diagnostics };
  const parts = ordered.map((node) => ({ id: node.id, sinks: sinksOf(node, updates, builder, diagnostics) }));
  const collected = collectSinks(parts);
  diagnostics.push(...collected.faults);
  if (countErrors(diagnostics) > 0) return { program: null, diagnostics };
  const program = builder.build({ updates, sinks: collected.sinks });
  const idle = checkIdle(program, builder);
  diagnostics.push(...idle);
  return { program: idle.length > 0 ? null : program, diagnostics };
}

function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

/**
 * `null` if a node that feeds this one was left out, or gives nothing there.
 * @param diagnostics receives the latter
 */
function gatherInputs(
  { id, sources }: CheckedNode,
  { inputs }: NodeDefinition,
  compiled: ReadonlyMap<string, CompiledNode>,
  diagnostics: Diagnostic[],
): CompileArgs<Ports, NodeDefinition["params"]>["inputs"] | null {
  const gathered = Object.entries(inputs).map(([port, { kind, label, many }]) => {
    const values = (sources[port] ?? []).map((from) => {
      const source = compiled.get(from.node);
      const value = source && own(source.outputs, from.port);
      if (source !== undefined && value === undefined) diagnostics.push(emptyOutput(id, port, from));
      if (value === undefined || isKindOf(value.kind, kind)) return value;
      diagnostics.push(otherKind({ node: id, port }, { kind, label }, from, value.kind));
      return undefined;
    });
    return [port, many === true ? values : values[0], values.includes(undefined)] as const;
  });
  if (gathered.some(([, , isIncomplete]) => isIncomplete)) return null;
  // The connections were checked: every value is of the kind of its port, and lists are where ports take them.
  return Object.fromEntries(gathered.map(([port, value]) => [port, value])) as Record<string, TypedRef>;
}

function emptyOutput(node: string, port: string, from: PortEnd): Diagnostic {
  return {
    severity: "error",
    code: "output-empty",
    at: { node, port },
    message: `nothing comes from ${from.node} there, since its input of the same name has no wire`,
    notes: [{ at: { node: from.node, port: from.port }, message: "gives nothing" }],
    help: "connect that input, or remove this wire",
  };
}

/** A port that takes several kinds gives one of them, which only the values tell. */
function otherKind(
  at: PortEnd,
  { kind, label }: Pick<Port, "kind" | "label">,
  from: PortEnd,
  given: ValueKind,
): Diagnostic {
  return {
    severity: "error",
    code: "port-kind",
    at,
    message: `the input ${label} takes ${withArticle(kind)}, but gets ${withArticle(given)}`,
    notes: [{ at: { node: from.node, port: from.port }, message: `gives ${withArticle(given)}` }],
    help: `connect ${withArticle(kind)}`,
  };
}

type Caller = Pick<CompileArgs<Ports, NodeDefinition["params"]>, "call" | "program" | "fault">;

function callerOf(
  node: string,
  definition: NodeDefinition,
  builder: ProgramBuilder,
  diagnostics: Diagnostic[],
): Caller {
  const fault = (found: Fault): void => void diagnostics.push(atNode(node, definition, found));
  return {
    fault,
    program: builder,
    call: (fn, inputs = {}, settings = {}, { as, ports = {}, params = {} } = {}) =>
      builder.call({
        node,
        name: as === undefined ? node : `${node}.${as}`,
        fn,
        inputs,
        settings,
        fault: ({ input, setting, ...told }: CallFault) =>
          fault({
            ...told,
            ...(input === undefined ? {} : { port: own(ports, input) ?? input }),
            ...(setting === undefined ? {} : { param: own(params, setting) ?? setting }),
          }),
      }),
  };
}

/** @param diagnostics receives what is wrong with what the node writes */
function sinksOf(
  { id, definition, sinks }: CompiledNode,
  updates: SinkArgs["updates"],
  builder: ProgramBuilder,
  diagnostics: Diagnostic[],
): readonly Sink[] {
  if (sinks === undefined) return [];
  return sinks({
    ...callerOf(id, definition, builder, diagnostics),
    updates,
    substitute: (root, replacements, what) =>
      builder.substitute(root, replacements, what === undefined ? id : `${id}.${what}`),
  });
}

/** What each node learns; a parameter is changed by one of them. */
function collectUpdates(nodes: readonly CompiledNode[]) {
  const updates: Record<string, Update> = {};
  const faults: Diagnostic[] = [];
  const learners = new Map<string, string>();
  for (const { id, update } of nodes) {
    if (update === undefined) continue;
    updates[id] = update;
    const twice = update.parameters.find((parameter) => learners.has(parameter));
    const other = learners.get(twice ?? "");
    for (const parameter of update.parameters) learners.set(parameter, id);
    if (twice !== undefined && other !== undefined) faults.push(learnedTwice(id, other, twice));
  }
  return { updates, faults };
}

function learnedTwice(node: string, other: string, parameter: string): Diagnostic {
  return {
    severity: "error",
    code: "learning-twice",
    at: { node },
    message: `this node and ${other} both change ${parameter}`,
    notes: [{ at: { node: other }, message: "changes it, too" }],
    help: "give each an embedding of its own, or add their scores up for one of them",
  };
}

/** A diagnostic stays readable, and a hostile file small in memory. */
const MOST_NOTES = 8;

/** Whatever is used of parameters is trained, or can be computed as what it begins as. */
function checkIdle({ calls, updates }: Program, builder: ProgramBuilder): Diagnostic[] {
  const trained = new Set(Object.values(updates).flatMap(({ parameters }) => parameters));
  return [...builder.made].flatMap(({ ref, kind, facts }) => {
    const used = own(calls, ref);
    const [node] = used?.nodes ?? [];
    const isIdle = facts.state === "trainable" && isKindOf(kind, "parameter") && !trained.has(ref);
    // What stands in its place is made by another function.
    if (!isIdle || node === undefined || used?.fn !== own(builder.calls, ref)?.fn) return [];
    return [
      {
        severity: "error",
        code: "parameter-idle",
        at: { node },
        message: "nothing trains this parameter, so it would stay without effect",
        help: "connect it to Optimizer as well, or remove the node",
      },
    ];
  });
}

/** Something learns. */
function checkLearners({ graph }: Workflow, definitions: NodeDefinitions): Diagnostic[] {
  const on = sortedIds(graph.nodes).filter((id) => own(graph.nodes, id)?.mode === undefined);
  const definitionOf = (id: string) => definitions.get(own(graph.nodes, id)?.type ?? "");
  // A node of a type that is not known may be the one that learns.
  if (on.some((id) => definitionOf(id)?.learns === true || definitionOf(id) === undefined)) return [];
  const used = new Set(Object.values(graph.edges).map(({ from }) => from.node));
  const loose = on.filter((id) => !used.has(id) && Object.keys(definitionOf(id)?.outputs ?? {}).length > 0);
  return [noLearner(loose, definitions)];
}

/** @param loose nodes whose outputs nothing uses: where the missing one belongs */
function noLearner([first, ...others]: readonly string[], definitions: NodeDefinitions): Diagnostic {
  const titles = [...definitions.values()].filter(({ learns }) => learns === true).map(({ title }) => title);
  return {
    severity: "error",
    code: "learning-missing",
    at: first === undefined ? { part: "graph" } : { node: first },
    message: "nothing in this workflow learns",
    ...(others.length > 0
      ? { notes: others.slice(0, MOST_NOTES).map((node) => ({ at: { node }, message: "is unused, too" })) }
      : {}),
    help: `add ${listed(titles)} and connect a score and an embedding to it`,
  };
}

/** At the port or the parameter, if the node has it. */
function atNode(node: string, { inputs, params }: NodeDefinition, { port, param, ...fault }: Fault): Diagnostic {
  const at = {
    node,
    ...(port !== undefined && own(inputs, port) !== undefined ? { port } : {}),
    ...(param !== undefined && own(params.shape, param) !== undefined ? { param } : {}),
  };
  return { severity: "error", ...fault, at };
}
