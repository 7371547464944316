// What a workflow of ComfyUI draws: from its sampler back along the wires to the texts, the model and the size.

import type { ComfyGraph, ComfyNode } from "./comfy-graph.ts";
import { embeddingsIn, type MadeSettings } from "./made-settings.ts";

export function comfySettings(graph: ComfyGraph, source: string): MadeSettings {
  const sampler = [...graph.values()].find(({ inputs }) => inputs.has("positive") && inputs.has("negative"));
  const behind = (input: string): readonly ComfyNode[] =>
    sampler === undefined ? [] : upstream(graph, sampler, input);
  const all = [...graph.values()];
  const first = new Map([...graph].map(([id, node]) => [id, firstText(node)]));
  const prompts = new Set(textsOf(first, sampler === undefined ? all : behind("positive")));
  const negatives = textsOf(first, behind("negative")).filter((text) => !prompts.has(text));
  const value = (name: RegExp, nodes: readonly ComfyNode[]): unknown =>
    nodes.flatMap(({ inputs }) =>
      [...inputs].flatMap(([key, found]) => (name.test(key) && "value" in found ? [found.value] : [])),
    )[0];
  const ofSampler = sampler === undefined ? all : [sampler, ...all];
  const width = number(value(/^width$/, all));
  const height = number(value(/^height$/, all));
  return {
    source,
    prompts: [...prompts],
    negatives,
    model: text(value(/^(ckpt|unet)_name$/, all)),
    loras: all.flatMap((node) => text(value(/^lora_name$/, [node])) ?? []),
    embeddings: embeddingsIn([...prompts, ...negatives]),
    sampler: text(value(/^sampler_name$/, ofSampler)),
    steps: number(value(/^steps$/, ofSampler)),
    guidance: number(value(/^cfg$/, ofSampler)),
    seed: number(value(/^(noise_)?seed$/, ofSampler)),
    size: width === undefined || height === undefined ? undefined : { width, height },
  };
}

/** The nodes that an input hangs on, the nearest first. */
function upstream(graph: ComfyGraph, node: ComfyNode, input: string): readonly ComfyNode[] {
  const first = node.inputs.get(input);
  const waiting = first !== undefined && "from" in first ? [first.from] : [];
  const seen = new Set<string>(waiting);
  const found: ComfyNode[] = [];
  for (const id of waiting) {
    const next = graph.get(id);
    if (next === undefined) continue;
    found.push(next);
    for (const value of next.inputs.values()) {
      if (!("from" in value) || seen.has(value.from)) continue;
      seen.add(value.from);
      // The list grows while it is walked.
      waiting.push(value.from);
    }
  }
  return found;
}

/**
 * Of nodes that encode texts, whatever they are called: the texts in them, or in the nodes that they are wired to.
 * @param first the first text of each node, by its name
 */
function textsOf(first: ReadonlyMap<string, string | undefined>, nodes: readonly ComfyNode[]): readonly string[] {
  const texts = nodes.flatMap((node) =>
    [...node.inputs].flatMap(([name, value]) => {
      if (!/^(text|text_[gl]|prompt|positive_prompt|clip_l|t5xxl)$/.test(name)) return [];
      const found = "value" in value ? value.value : first.get(value.from);
      return typeof found === "string" ? [found.trim()] : [];
    }),
  );
  return [...new Set(texts.filter((one) => one !== ""))];
}

function firstText({ inputs }: ComfyNode): string | undefined {
  for (const value of inputs.values()) if ("value" in value && typeof value.value === "string") return value.value;
  return undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
