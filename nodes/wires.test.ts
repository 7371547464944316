// No wire without effect: each wire of each workflow that comes with the program is removed and led elsewhere in turn.

import { expect, test } from "vitest";
import type { Program } from "../src-main/common/program/program.ts";
import type { ValueKind } from "../src-main/common/program/value-type.ts";
import { addNode, connect, disconnect } from "../src-main/common/workflow-edits.ts";
import { paramFields } from "../src-main/common/workflow-params.ts";
import type { Workflow, WorkflowEdge } from "../src-main/common/workflow.ts";
import { nodeTypes } from "./index.ts";
import { compiled } from "./testing/emoji-workflow.ts";
import { anywhere, end, newNode, template, type TemplateName, TEMPLATES } from "./testing/templates.ts";

/** With what only the user can choose. */
function whole(name: TemplateName): Workflow {
  const workflow = template(name);
  const nodes = Object.entries(workflow.graph.nodes).map(([id, node]) => {
    const type = nodeTypes.get(node.type);
    const missing = (type === undefined ? [] : paramFields(type)).flatMap(({ name: param, fallback }) =>
      fallback === undefined && !Object.hasOwn(node.params, param) ? [[param, `chosen-for-${id}`]] : [],
    );
    const words = node.type === "input/prompts" && (node.params["file"] ?? "") === "" && node.params["text"] === "";
    return [
      id,
      { ...node, params: { ...node.params, ...Object.fromEntries(missing), ...(words ? { text: "a cat" } : {}) } },
    ];
  });
  return { ...workflow, graph: { ...workflow.graph, nodes: Object.fromEntries(nodes) } };
}

/** What is computed, without who asks for it. */
function computed({ calls, ...others }: Program) {
  const alone = Object.entries(calls).map(([name, call]) => [name, { ...call, nodes: [] }]);
  return { ...others, calls: Object.fromEntries(alone) };
}

/** Something else of each kind, made of what is there. */
const OTHERS: Readonly<
  Record<
    ValueKind,
    readonly [
      type: string,
      output: string,
      params: Readonly<Record<string, unknown>>,
      needs: Readonly<Record<string, string>>,
    ]
  >
> = {
  "text encoder": ["model/pipeline", "encoder", { path: "another" }, {}],
  unet: ["model/pipeline", "unet", { path: "another" }, {}],
  vae: ["model/pipeline", "vae", { path: "another" }, {}],
  model: ["model/unet", "model", { height: 32, width: 32 }, { unet: "pipeline.unet" }],
  prompts: ["input/prompts", "prompts", { text: "something else" }, {}],
  conditioning: [
    "model/encoder",
    "condition",
    { promptWeights: "compel" },
    { encoder: "pipeline.encoder", prompts: "prompts.prompts" },
  ],
  embedding: ["embedding/negative", "embedding", { text: "another" }, { encoder: "pipeline.encoder" }],
  prediction: ["sampling/guidance-rescale", "guided", {}, { guided: "cfg.guided" }],
  latent: ["sampling/sampler", "latent", { steps: 9 }, { guided: "cfg.guided" }],
  image: ["sampling/vae-decoder", "image", {}, { vae: "another.vae", latent: "sampler.latent" }],
  score: ["reward/function", "score", { function: "scale", factor: 2 }, { scores: "reward.score" }],
  control: ["model/controlnet", "control", {}, {}],
  "video model": ["model/video", "model", {}, {}],
  pairs: ["reward/preference-pairs", "pairs", { source: "other" }, {}],
  "rated images": ["reward/rated-images", "images", { source: "other" }, {}],
  reward: ["reward/head", "reward", { path: "emoji:rewards/held-out" }, {}],
  parameter: ["model/lora", "unet", {}, { unet: "pipeline.unet" }],
};

function ledElsewhere(workflow: Workflow, { from, to }: WorkflowEdge): Workflow {
  const kind = nodeTypes.get(workflow.graph.nodes[from.node]?.type ?? "")?.outputs[from.port]?.kind;
  if (kind === undefined) throw new Error(`${from.node}.${from.port} is of no kind`);
  const [type, output, params, needs] = OTHERS[kind];
  const second = addNode(workflow, "another", newNode("model/pipeline", { path: "another" }), anywhere);
  const other = addNode(second, "other", newNode(type, params), anywhere);
  const fed = Object.entries(needs).reduce(
    (all, [port, source]) => connect(all, end(source), end(`other.${port}`), nodeTypes),
    other,
  );
  return connect(fed, end(`other.${output}`), to, nodeTypes);
}

/** A node, and all that it feeds. */
function behind({ graph }: Workflow, node: string): ReadonlySet<string> {
  const found = new Set([node]);
  // The set grows while it is walked.
  for (const id of found)
    for (const { from, to } of Object.values(graph.edges)) if (from.node === id) found.add(to.node);
  return found;
}

const cases = TEMPLATES.flatMap((name) =>
  Object.entries(whole(name).graph.edges).map(([id, edge]) => ({ name, id, edge })),
);

test.each(cases)("$name: $id decides something", ({ name, id, edge }) => {
  const workflow = whole(name);
  const before = compiled(workflow);
  expect(before.diagnostics).toEqual([]);
  if (before.program === null) throw new Error(`${name} does not compile`);
  for (const changed of [disconnect(workflow, [id]), ledElsewhere(disconnect(workflow, [id]), edge)]) {
    const { program, diagnostics } = compiled(changed);
    if (program !== null) expect(computed(program)).not.toEqual(computed(before.program));
    // What cannot be is refused where the wire ended, or where what it fed ends.
    else expect(diagnostics.filter(({ at }) => !behind(workflow, edge.to.node).has(at.node ?? ""))).toEqual([]);
  }
});

test("wires are found", () => {
  expect(cases.length).toBeGreaterThan(80);
});
