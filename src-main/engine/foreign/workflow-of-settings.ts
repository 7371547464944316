// A new workflow of ours by the settings of another program: learning a negative for what was drawn there.

import { fileURLToPath } from "node:url";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { LARGEST_SEED } from "../../common/limits.ts";
import type { SchedulerName } from "../../common/sampling.ts";
import { readWorkflow } from "../../common/workflow-file.ts";
import type { Workflow, WorkflowNode } from "../../common/workflow.ts";
import { findWeightSyntax } from "../../models/prompt/read-parts.ts";
import { readJson } from "../../weights/json-file.ts";
import type { MadeSettings } from "./made-settings.ts";

/** What is learned, and how, is as for any Stable Diffusion model. */
const TEMPLATE = fileURLToPath(new URL("../../../resources/workflows/learn-sd15.reneg.json", import.meta.url));

export interface ConvertedWorkflow {
  readonly workflow: Workflow;
  /** Warnings: what was taken over, and what was not. */
  readonly diagnostics: readonly Diagnostic[];
}

export function workflowOfSettings(made: MadeSettings, file: string): ConvertedWorkflow {
  const { workflow: template } = readWorkflow(readJson(TEMPLATE), TEMPLATE);
  const { prompts, negatives, model, steps, guidance, seed, size } = made;
  const scheduler = schedulerOf(made.sampler);
  const texts = [...prompts, ...negatives];
  const params: Readonly<Record<string, WorkflowNode["params"]>> = {
    prompts: { text: prompts.map(oneLine).join("\n") },
    ...(model === undefined ? {} : { pipeline: { path: model } }),
    negative: { text: negatives.map(oneLine).join(", ") },
    encoder: {
      longPrompts: "chunks",
      ...(texts.some((text) => findWeightSyntax(text) !== undefined) ? { promptWeights: "a1111" } : {}),
    },
    ...(guidance === undefined || guidance < 1 || guidance > 100 ? {} : { cfg: { scale: guidance } }),
    // Late steps are a third of them, unless the template says otherwise for its own number.
    sampler: { scheduler: scheduler ?? "dpm++", lastSteps: null, ...(isSteps(steps) ? { steps } : {}) },
    ...(isSeed(seed) ? { preview: { seed } } : {}),
    ...(isSize(size) ? { unet: { width: size.width, height: size.height } } : {}),
    note: { text: `Made from a ${made.source}. Choose the model in Pipeline, the rewards, and more prompts.` },
  };
  const nodes = Object.entries(template.graph.nodes).map(([id, node]): [string, WorkflowNode] => [
    id,
    { ...node, params: { ...node.params, ...params[id] } },
  ]);
  const workflow = {
    ...template,
    meta: { name: "Learn for an imported image", description: `Prompts and settings of a ${made.source}.` },
    graph: { ...template.graph, nodes: Object.fromEntries(nodes) },
  };
  return { workflow, diagnostics: told(made, file, scheduler) };
}

function told(
  { source, loras, embeddings, sampler, model }: MadeSettings,
  file: string,
  scheduler: SchedulerName | undefined,
): Diagnostic[] {
  const left = [
    ...(loras.length === 0 ? [] : [`the LoRA ${loras.join(", ")}: choose it in Load LoRA, behind Pipeline`]),
    ...(embeddings.length === 0
      ? []
      : [`the files of the embeddings ${embeddings.join(", ")}: name their folder in Encoder`]),
    ...(sampler === undefined || scheduler !== undefined ? [] : [`the sampler ${sampler}: dpm++ stands in for it`]),
    ...(model === undefined ? ["the model: choose it in Pipeline"] : [`where ${model} lies: choose it in Pipeline`]),
  ];
  return [
    {
      severity: "warning",
      code: "workflow-converted",
      at: { file },
      message: `this is a ${source}: its prompts and settings were taken over into a new workflow`,
      notes: left.map((message) => ({ at: { file }, message: `does not tell ${message}` })),
      help: "go through Pipeline, the rewards and the prompts before training",
    },
  ];
}

/** A prompt takes one line. */
function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/^#+/, "")
    .trim();
}

/** By how the other programs call them; of what is random at each step the nearest that is not. */
function schedulerOf(sampler: string | undefined): SchedulerName | undefined {
  const name = (sampler ?? "").toLowerCase().replace(/[^a-z0-9+]/g, "");
  if (name.startsWith("ddim")) return "ddim";
  if (/^euler(a|ancestral|cfgpp)?$/.test(name)) return "euler";
  return /^dpm(pp|\+\+)2m(karras)?$|^dpm\+\+$/.test(name) ? "dpm++" : undefined;
}

function isSteps(steps: number | undefined): steps is number {
  return steps !== undefined && Number.isInteger(steps) && steps >= 1 && steps <= 1000;
}

/** ComfyUI's seeds have 64 bits; larger ones cannot be told apart here. */
function isSeed(seed: number | undefined): seed is number {
  return seed !== undefined && Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED;
}

function isSize(size: MadeSettings["size"]): size is NonNullable<MadeSettings["size"]> {
  const sides = size === undefined ? [] : [size.width, size.height];
  return (
    sides.length > 0 && sides.every((side) => Number.isInteger(side) && side % 8 === 0 && side >= 64 && side <= 2048)
  );
}
