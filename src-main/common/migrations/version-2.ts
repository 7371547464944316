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

/** To the samplers that the objective hangs on. */
function moveGradients(graph: Graph): Graph {
  let { nodes } = graph;
  for (const id of idsOf(graph, OPTIMIZER)) {
    const { lastSteps = USUAL_LAST_STEPS, gradientSteps = 1, ...kept } = paramsOf(nodes[id]);
    nodes = { ...nodes, [id]: { ...nodes[id], params: kept } };
    const several = gradientSteps === 1 ? {} : { gradient: "several late steps", gradientSteps };
    for (const sampler of above(graph, sourcesOf(graph, id, "objective"))) {
      const node = nodes[sampler];
      if (node?.["type"] !== SAMPLER || "lastSteps" in paramsOf(node)) continue;
      nodes = { ...nodes, [sampler]: { ...node, params: { ...paramsOf(node), lastSteps, ...several } } };
    }
  }
  return { ...graph, nodes };
}

/** The syntax of weights and the folder of learned words, from the Encoder that stands on the positive side. */
function copyReadings(graph: Graph): Graph {
  let { nodes } = graph;
  for (const cfg of idsOf(graph, GUIDANCE)) {
    const [encoder = ""] = sourcesOf(graph, cfg, "positive");
    if (graph.nodes[encoder]?.["type"] !== ENCODER) continue;
    const { promptWeights, embeddings } = paramsOf(graph.nodes[encoder]);
    const reading = {
      ...(promptWeights === undefined ? {} : { promptWeights }),
      ...(embeddings === undefined ? {} : { embeddings }),
    };
    for (const id of above(graph, sourcesOf(graph, cfg, "negative"))) {
      const node = nodes[id];
      if (node?.["type"] !== EMBEDDING || Object.keys(reading).length === 0) continue;
      nodes = { ...nodes, [id]: { ...node, params: { ...reading, ...paramsOf(node) } } };
    }
  }
  return { ...graph, nodes };
}

/** From the text encoder of what each loaded embedding feeds: of the embedding that begins with it, or of the prompts beside it. */
function wireEncoders(graph: Graph): Graph {
  let { edges } = graph;
  for (const id of idsOf(graph, LOADED)) {
    if (sourcesOf(graph, id, "encoder").length > 0) continue;
    const source = Object.values(graph.edges)
      .filter((edge) => endOf(edge, "from").node === id)
      .flatMap((edge) => encoderBeside(graph, endOf(edge, "to")))[0];
    if (source === undefined) continue;
    edges = { ...edges, [freeId(edges, `${id}-encoder`)]: { from: source, to: { node: id, port: "encoder" } } };
  }
  return { ...graph, edges };
}

interface End {
  readonly node: string;
  readonly port: string;
}

function encoderBeside(graph: Graph, { node, port }: End): End[] {
  const type = graph.nodes[node]?.["type"];
  if (type === EMBEDDING && port === "start") return endsAt(graph, node, "encoder");
  if (type !== GUIDANCE) return [];
  return endsAt(graph, node, "positive").flatMap(({ node: encoder }) => endsAt(graph, encoder, "encoder"));
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

function endsAt({ edges }: Graph, node: string, port: string): End[] {
  return Object.values(edges).flatMap((edge) => {
    const to = endOf(edge, "to");
    return to.node === node && to.port === port ? [endOf(edge, "from")] : [];
  });
}

function sourcesOf(graph: Graph, node: string, port: string): string[] {
  return endsAt(graph, node, port).map((end) => end.node);
}

/** The nodes themselves, and whatever feeds them. */
function above({ edges }: Graph, nodes: readonly string[]): ReadonlySet<string> {
  const into = Map.groupBy(Object.values(edges), (edge) => endOf(edge, "to").node);
  const found = new Set(nodes);
  // The set grows while it is walked.
  for (const id of found) for (const edge of into.get(id) ?? []) found.add(endOf(edge, "from").node);
  return found;
}

function freeId(taken: Readonly<Record<string, unknown>>, wanted: string): string {
  for (let i = 1; ; i++) {
    const id = i === 1 ? wanted : `${wanted}-${i}`;
    if (!Object.hasOwn(taken, id)) return id;
  }
}
