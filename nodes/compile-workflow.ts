// A workflow graph to the recipe that `reneg train` runs. Every node answers for itself; nothing here knows a node type.

import { listed } from "../src-main/common/check-connection.ts";
import type { Diagnostic } from "../src-main/common/diagnostic.ts";
import { recipe as recipeSchema, type Recipe, type RecipeInput } from "../src-main/common/recipe.ts";
import { type CheckedNode, checkWorkflow } from "../src-main/common/workflow-check.ts";
import { NO_FACTS, type Port, type WorkflowFacts } from "../src-main/common/workflow-node-type.ts";
import { own, sortedIds, type Workflow } from "../src-main/common/workflow.ts";
import type { Compiled, Fault, NodeDefinition } from "./define-node.ts";
import type { Contribution, Fragment, Learning } from "./fragments.ts";
import { type NodeDefinitions, nodeTypes } from "./index.ts";

export interface CompiledWorkflow {
  /** `null` if anything is wrong. Paths are as the nodes hold them. */
  readonly recipe: Recipe | null;
  /** Everything that is wrong, each at its node. */
  readonly diagnostics: readonly Diagnostic[];
}

interface CompiledNode extends Compiled<Readonly<Record<string, Port>>> {
  readonly id: string;
}

export function compileWorkflow(
  workflow: Workflow,
  facts: WorkflowFacts = NO_FACTS,
  definitions: NodeDefinitions = nodeTypes,
): CompiledWorkflow {
  const { nodes, diagnostics: found } = checkWorkflow(workflow, definitions, facts);
  const diagnostics: Diagnostic[] = [...found];
  const report = (id: string) => (fault: Fault) => void diagnostics.push(atNode(id, fault));
  const compiled = new Map<string, CompiledNode>();
  for (const node of nodes) {
    const definition = definitions.get(node.type.type);
    const inputs = definition && gatherInputs(node, definition, compiled);
    if (definition === undefined || inputs === null || inputs === undefined) continue;
    const before = diagnostics.length;
    const result = definition.compile({ node: node.id, inputs, params: node.params, fault: report(node.id) });
    if (diagnostics.length === before) compiled.set(node.id, { id: node.id, ...result });
  }
  diagnostics.push(...checkLearners(workflow, definitions));
  const learning = [...compiled.values()].find((node) => node.learning !== undefined)?.learning;
  if (learning === undefined) return { recipe: null, diagnostics };
  const { recipe, faults } = mergeRecipe(learning, compiled);
  diagnostics.push(...faults);
  const hasErrors = diagnostics.some(({ severity }) => severity === "error");
  return { recipe: hasErrors ? null : recipe, diagnostics };
}

/** `null` if a node that feeds this one was left out. */
function gatherInputs(
  { sources }: CheckedNode,
  { inputs }: NodeDefinition,
  compiled: ReadonlyMap<string, CompiledNode>,
): Parameters<NodeDefinition["compile"]>[0]["inputs"] | null {
  const gathered = Object.entries(inputs).map(([port, { many }]) => {
    const fragments = (sources[port] ?? []).map((from) => own(compiled.get(from.node)?.outputs ?? {}, from.port));
    return [port, many === true ? fragments : fragments[0], fragments.includes(undefined)] as const;
  });
  if (gathered.some(([, , isIncomplete]) => isIncomplete)) return null;
  // The connections were checked: every fragment is of the kind of its port.
  return Object.fromEntries(gathered.map(([port, value]) => [port, value])) as Record<string, Fragment>;
}

function mergeRecipe(learning: Learning, nodes: ReadonlyMap<string, CompiledNode>) {
  const parts = sortedIds(Object.fromEntries(nodes)).flatMap((id): Part[] => {
    const contribution = nodes.get(id)?.contribute?.(learning);
    return contribution === undefined ? [] : [{ id, ...contribution }];
  });
  const input: RecipeInput = {
    ...learning.recipe,
    ...parts.map(settingsOf).reduce((all, settings) => ({ ...all, ...settings }), {}),
    previews: named(parts, ({ previews }) => previews),
    evaluations: named(parts, ({ evaluations }) => evaluations),
    perSample: named(parts, ({ perSample }) => perSample),
    applications: named(parts, ({ applications }) => applications),
  };
  const result = recipeSchema.safeParse(input);
  if (!result.success) throw new Error(`nodes made a recipe that is none: ${result.error.message}`);
  return { recipe: result.data, faults: decidedTwice(parts) };
}

type Part = Contribution & { readonly id: string };

/** What one node decides for the whole run. */
function settingsOf({ id: _id, previews: _p, evaluations: _e, perSample: _s, applications: _a, ...settings }: Part) {
  return settings;
}

function decidedTwice(parts: readonly Part[]): Diagnostic[] {
  const deciders = new Map<string, Part>();
  return parts.flatMap((part): Diagnostic[] => {
    const keys = Object.keys(settingsOf(part));
    const first = keys.map((key) => deciders.get(key)).find((decider) => decider !== undefined);
    for (const key of keys) if (!deciders.has(key)) deciders.set(key, part);
    if (first === undefined) return [];
    const shared = keys.filter((key) => key in settingsOf(first));
    return [
      {
        severity: "error",
        code: "decided-twice",
        at: { node: part.id },
        message: `this node and ${first.id} both decide ${shared.join(" and ")} of the run`,
        notes: [{ at: { node: first.id }, message: "is the other one" }],
        help: "remove or mute one of the two",
      },
    ];
  });
}

/** What all nodes ask for. Only where there are several do their files need names: those of their nodes. */
function named<Entry extends object>(
  parts: readonly Part[],
  list: (part: Part) => readonly Entry[] | undefined,
): (Entry & { readonly name?: string })[] {
  const entries = parts.flatMap((part) => (list(part) ?? []).map((entry) => ({ id: part.id, entry })));
  return entries.map(({ id, entry }) => (entries.length === 1 ? entry : { name: id, ...entry }));
}

/** A diagnostic stays readable, and a hostile file small in memory. */
const MOST_NOTES = 8;

/** One node learns, no more and no fewer. */
function checkLearners({ graph }: Workflow, definitions: NodeDefinitions): Diagnostic[] {
  const on = sortedIds(graph.nodes).filter((id) => own(graph.nodes, id)?.mode === undefined);
  const definitionOf = (id: string) => definitions.get(own(graph.nodes, id)?.type ?? "");
  const learners = on.filter((id) => definitionOf(id)?.learns === true);
  if (learners.length > 1) return learners.map((id) => oneOfMany(id, learners));
  // A node of a type that is not known may be the one that learns.
  if (learners.length === 1 || on.some((id) => definitionOf(id) === undefined)) return [];
  const used = new Set(Object.values(graph.edges).map(({ from }) => from.node));
  const loose = on.filter((id) => !used.has(id) && Object.keys(definitionOf(id)?.outputs ?? {}).length > 0);
  return [noLearner(loose, definitions)];
}

function oneOfMany(id: string, learners: readonly string[]): Diagnostic {
  const others = learners.slice(0, MOST_NOTES + 1).filter((other) => other !== id);
  return {
    severity: "error",
    code: "learning-twice",
    at: { node: id },
    message: `a run learns one embedding, but ${learners.length} nodes learn one each`,
    notes: others.map((node) => ({ at: { node }, message: "also learns" })),
    help: "mute all but one, or keep each in a workflow of its own",
  };
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

function atNode(node: string, { port, param, ...fault }: Fault): Diagnostic {
  const at = { node, ...(port === undefined ? {} : { port }), ...(param === undefined ? {} : { param }) };
  return { severity: "error", ...fault, at };
}
