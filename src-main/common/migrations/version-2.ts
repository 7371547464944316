// Version 2: what only one node knew for others is said where it acts. The sampler says which of its steps training goes back through,
// as the optimizer did; a loaded embedding has a text encoder of its own; and an embedding's initial prompt is read by itself, and no
// longer as the prompts are.

type Json = Readonly<Record<string, unknown>>;

interface Graph {
  readonly nodes: Readonly<Record<string, Json>>;
  readonly edges: Readonly<Record<string, Json>>;
}

export function version2(document: Json): Json {
  const graph = graphOf(document);
  if (graph === null) return document;
  const moved = moveGradients(graph);
  const read = copyReadings(moved);
  return { ...document, graph: { ...(document["graph"] as Json), ...wireEncoders(read) } };
}

const OPTIMIZER = "learning/neg-embedding-optimizer";
const SAMPLER = "sampling/sampler";
const GUIDANCE = "sampling/cfg";
const ENCODER = "model/encoder";
const EMBEDDING = "embedding/negative";
const LOADED = "embedding/load";

/** What the first version drew late steps from where nothing was said. */
const USUAL_LAST_STEPS = 10;

/** To the samplers that the objective hangs on: what the first optimizer above one says of it, holds. */
function moveGradients(graph: Graph): Graph {
  const nodes = { ...graph.nodes };
  const wires = wiresOf(graph);
  const seen = new Set<string>();
  for (const id of idsOf(graph, OPTIMIZER)) {
    const { lastSteps = USUAL_LAST_STEPS, gradientSteps = 1, ...kept } = paramsOf(nodes[id]);
    nodes[id] = { ...nodes[id], params: kept };
    const several = gradientSteps === 1 ? {} : { gradient: "several late steps", gradientSteps };
    for (const sampler of above(wires, sourcesOf(wires, id, "objective"), seen)) {
      const node = nodes[sampler];
      if (node?.["type"] !== SAMPLER || "lastSteps" in paramsOf(node)) continue;
      nodes[sampler] = { ...node, params: { ...paramsOf(node), lastSteps, ...several } };
    }
  }
  return { ...graph, nodes };
}

/** What an Encoder says of how its texts are read: the syntax of weights and the folder of learned words. */
const READINGS = ["promptWeights", "embeddings"] as const;

/** From the Encoder that stands on the positive side. What the first guidance above an embedding says of it, holds. */
function copyReadings(graph: Graph): Graph {
  const nodes = { ...graph.nodes };
  const wires = wiresOf(graph);
  for (const key of READINGS) {
    const seen = new Set<string>();
    for (const cfg of idsOf(graph, GUIDANCE)) {
      const [encoder = ""] = sourcesOf(wires, cfg, "positive");
      if (graph.nodes[encoder]?.["type"] !== ENCODER) continue;
      const { [key]: reading } = paramsOf(graph.nodes[encoder]);
      if (reading === undefined) continue;
      for (const id of above(wires, sourcesOf(wires, cfg, "negative"), seen)) {
        const node = nodes[id];
        if (node?.["type"] === EMBEDDING) nodes[id] = { ...node, params: { [key]: reading, ...paramsOf(node) } };
      }
    }
  }
  return { ...graph, nodes };
}

/** From the text encoder of what each loaded embedding feeds: of the embedding that begins with it, or of the prompts beside it. */
function wireEncoders(graph: Graph): Graph {
  const edges = { ...graph.edges };
  const wires = wiresOf(graph);
  const known = new Map<string, End | undefined>();
  const beside = (end: End): End | undefined => {
    const key = `${end.port} of ${end.node}`;
    if (!known.has(key)) known.set(key, encoderBeside(graph, wires, end));
    return known.get(key);
  };
  for (const id of idsOf(graph, LOADED)) {
    if (sourcesOf(wires, id, "encoder").length > 0) continue;
    const source = firstOf(wires.outOf.get(id) ?? [], (edge) => beside(endOf(edge, "to")));
    if (source === undefined) continue;
    edges[freeId(edges, `${id}-encoder`)] = { from: source, to: { node: id, port: "encoder" } };
  }
  return { ...graph, edges };
}

function firstOf<Given, Found>(list: readonly Given[], find: (one: Given) => Found | undefined): Found | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface End {
  readonly node: string;
  readonly port: string;
}

function encoderBeside(graph: Graph, wires: Wires, { node, port }: End): End | undefined {
  const type = graph.nodes[node]?.["type"];
  if (type === EMBEDDING && port === "start") return endsAt(wires, node, "encoder")[0];
  if (type !== GUIDANCE) return undefined;
  return firstOf(endsAt(wires, node, "positive"), (end) => endsAt(wires, end.node, "encoder")[0]);
}

/** Wires by the nodes that they join, each in the order of the file. */
interface Wires {
  readonly into: ReadonlyMap<string, readonly Json[]>;
  readonly outOf: ReadonlyMap<string, readonly Json[]>;
}

function wiresOf({ edges }: Graph): Wires {
  const all = Object.values(edges);
  return {
    into: Map.groupBy(all, (edge) => endOf(edge, "to").node),
    outOf: Map.groupBy(all, (edge) => endOf(edge, "from").node),
  };
}

/** A file can hold anything: what is no graph is left to the schema to refuse. */
function graphOf({ graph }: Json): Graph | null {
  if (!isRecord(graph)) return null;
  const { nodes, edges } = graph;
  return isRecord(nodes) && isRecord(edges) && [...Object.values(nodes), ...Object.values(edges)].every(isRecord)
    ? { nodes: nodes as Graph["nodes"], edges: edges as Graph["edges"] }
    : null;
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function idsOf({ nodes }: Graph, type: string): string[] {
  return Object.keys(nodes).filter((id) => nodes[id]?.["type"] === type);
}

function paramsOf(node: Json | undefined): Json {
  const params = node?.["params"];
  return isRecord(params) ? params : {};
}

function endOf(edge: Json, side: "from" | "to"): End {
  const end = edge[side];
  const { node, port } = isRecord(end) ? end : {};
  return { node: typeof node === "string" ? node : "", port: typeof port === "string" ? port : "" };
}

function endsAt({ into }: Wires, node: string, port: string): readonly End[] {
  return (into.get(node) ?? []).flatMap((edge) => (endOf(edge, "to").port === port ? [endOf(edge, "from")] : []));
}

function sourcesOf(wires: Wires, node: string, port: string): string[] {
  return endsAt(wires, node, port).map((end) => end.node);
}

/** The nodes themselves, and whatever feeds them. @param seen what was found before, which is not found again; receives these */
function above({ into }: Wires, nodes: readonly string[], seen: Set<string>): readonly string[] {
  const found: string[] = [];
  const add = (id: string): void => {
    if (!seen.has(id)) found.push(id);
    seen.add(id);
  };
  nodes.forEach(add);
  // The list grows while it is walked.
  for (const id of found) for (const edge of into.get(id) ?? []) add(endOf(edge, "from").node);
  return found;
}

function freeId(taken: Readonly<Record<string, unknown>>, wanted: string): string {
  for (let i = 1; ; i++) {
    const id = i === 1 ? wanted : `${wanted}-${i}`;
    if (!Object.hasOwn(taken, id)) return id;
  }
}
