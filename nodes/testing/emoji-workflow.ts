// The emoji workflow, changed step by step, and what becomes of it.

import { expect } from "vitest";
import { type Program, program as programSchema } from "../../src-main/common/program/program.ts";
import { addNode, connect, disconnect, removeNodes, setParam } from "../../src-main/common/workflow-edits.ts";
import { NO_FACTS, type WorkflowFacts } from "../../src-main/common/workflow-node-type.ts";
import type { Workflow, WorkflowNode } from "../../src-main/common/workflow.ts";
import { programFunctions } from "../../src-main/program/functions/index.ts";
import { type CompiledWorkflow, compileWorkflow } from "../compile-workflow.ts";
import { nodeTypes } from "../index.ts";
import { anywhere, end, newNode, template } from "./templates.ts";

export type Step = (workflow: Workflow) => Workflow;
export const add =
  (id: string, type: string, params: WorkflowNode["params"] = {}): Step =>
  (workflow) =>
    addNode(workflow, id, newNode(type, params), anywhere);
export const wire =
  (from: string, to: string): Step =>
  (workflow) =>
    connect(workflow, end(from), end(to), nodeTypes);
export const set =
  (node: string, name: string, value: unknown): Step =>
  (workflow) =>
    setParam(workflow, node, name, value);
export const remove =
  (...ids: string[]): Step =>
  (workflow) =>
    removeNodes(workflow, ids);
export const cut =
  (...edges: string[]): Step =>
  (workflow) =>
    disconnect(workflow, edges);

/** Only what learns: what compares and evaluates at the end takes longer than most tests wait. */
export function emoji(...steps: readonly Step[]): Workflow {
  const learning = removeNodes(template("learn-emoji"), ["compare", "evaluate", "held-out-prompts"]);
  return steps.reduce((workflow, step) => step(workflow), learning);
}

/** With the nodes and the functions that come with the program. */
export function compiled(workflow: Workflow, facts: WorkflowFacts = NO_FACTS): CompiledWorkflow {
  return compileWorkflow(workflow, facts, nodeTypes, programFunctions);
}

export function programOf(workflow: Workflow, facts: WorkflowFacts = NO_FACTS): Program {
  const { program, diagnostics } = compiled(workflow, facts);
  expect(diagnostics).toEqual([]);
  if (program === null) throw new Error("a workflow without a fault gave no program");
  return programSchema.parse(program);
}

/** `code node.port` of everything that is wrong. */
export function faultsOf(workflow: Workflow, facts: WorkflowFacts = NO_FACTS): string[] {
  const { program, diagnostics } = compiled(workflow, facts);
  expect(program).toBeNull();
  for (const { message, help } of diagnostics) {
    expect(message).toMatch(/^[^A-Z].*[^.]$/);
    expect(help).toBeDefined();
  }
  return diagnostics.map(({ code, at: { node, port, param } }) =>
    `${code} ${[node, port ?? param].filter((part) => part !== undefined).join(".")}`.trim(),
  );
}

/** An embedding from a file, for the pipeline's own text encoder. */
export const load = (file: string): Step[] => [
  add("load", "embedding/load", { file }),
  wire("pipeline.encoder", "load.encoder"),
];

/** A second way of drawing, from the UNet to a picture. */
export const secondBranch = [
  add("cfg-2", "sampling/cfg", { scale: 12 }),
  add("sampler-2", "sampling/sampler", { scheduler: "euler", steps: 12 }),
  add("decoder-2", "sampling/vae-decoder"),
  wire("unet.model", "cfg-2.model"),
  wire("encoder.condition", "cfg-2.positive"),
  wire("cfg-2.guided", "sampler-2.guided"),
  wire("sampler-2.latent", "decoder-2.latent"),
  wire("pipeline.vae", "decoder-2.vae"),
];

/** A second embedding that a second optimizer learns, by images of its own. */
export const secondOptimizer = [
  ...secondBranch,
  add("negative-2", "embedding/negative", { text: "blurry" }),
  wire("pipeline.encoder", "negative-2.encoder"),
  wire("negative-2.embedding", "cfg-2.negative"),
  add("reward-2", "reward/model", { path: "emoji:rewards/held-out" }),
  wire("decoder-2.image", "reward-2.image"),
  add("optimizer-2", "learning/neg-embedding-optimizer", { learningRate: 0.5, steps: 3 }),
  wire("reward-2.score", "optimizer-2.objective"),
  wire("negative-2.embedding", "optimizer-2.parameter"),
];

/** A LoRA of the UNet in the place of the embedding, which is then the empty text. */
export const trainedLora = [
  remove("optimizer", "negative"),
  add("adapted", "model/lora", { rank: 2 }),
  wire("pipeline.unet", "adapted.unet"),
  wire("adapted.unet", "unet.unet"),
  add("joint", "learning/optimizer", { steps: 2, batch: 2, microBatch: 2, learningRate: 0.01 }),
  wire("reward.score", "joint.objective"),
  wire("adapted.unet", "joint.first"),
  wire("joint.first", "save.embedding"),
];

export const toVideo = [
  add("video", "model/video"),
  add("moving", "apply/video", { frames: 4, steps: 5 }),
  wire("optimizer.embedding", "moving.learned"),
  wire("prompts.prompts", "moving.prompts"),
  wire("video.model", "moving.model"),
];
export const toControlNets = [
  add("edges", "model/controlnet"),
  add("depth", "model/controlnet", { path: "depth", picture: "depth.png", kind: "none", scale: 0.5 }),
  add("steered", "apply/controlnet", { guess: true, width: 128, height: 64 }),
  wire("optimizer.embedding", "steered.learned"),
  wire("prompts.prompts", "steered.prompts"),
  wire("edges.control", "steered.controls"),
  wire("depth.control", "steered.controls"),
];
