// The workflows that come with the program, for tests to change.

import { readFileSync } from "node:fs";
import { parseWorkflow } from "../../src-main/common/workflow-file.ts";
import type { PortEnd, Workflow, WorkflowNode } from "../../src-main/common/workflow.ts";

export const TEMPLATES = [
  "learn-emoji",
  "several-rewards",
  "per-sample",
  "learn-sd15",
  "learn-sd15-quick",
  "emoji-token",
  "emoji-lora",
  "emoji-text-encoder-lora",
  "emoji-text-encoder",
  "emoji-embedding-and-lora",
] as const;
/** Also that which draws nothing. */
export type TemplateName = (typeof TEMPLATES)[number] | "train-reward";

export function template(name: TemplateName): Workflow {
  const file = new URL(`../../resources/workflows/${name}.reneg.json`, import.meta.url);
  return parseWorkflow(readFileSync(file, "utf8"), name).workflow;
}

/** `cfg.negative` */
export function end(text: string): PortEnd {
  const [node = "", port = ""] = text.split(".");
  return { node, port };
}

export function newNode(type: string, params: WorkflowNode["params"] = {}): WorkflowNode {
  return { type, version: 1, params };
}

export const anywhere = { x: 0, y: 0 } as const;
