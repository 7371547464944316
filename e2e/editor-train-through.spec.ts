// A graph that no template has: a ControlNet in the training path, and two rewards with their weights. Built from nothing, trained, and
// seen to learn.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { buildByKeyboard, type GraphNode, type GraphWire } from "./build-graph.ts";
import { newWorkflow, nodeOf, readWorkflowFile, saveAs, showPanel, test } from "./editor-app.ts";
import { trainToEnd } from "./shown-run.ts";

type Id =
  | "prompts"
  | "pipeline"
  | "encoder"
  | "unet"
  | "control"
  | "steered"
  | "neg"
  | "cfg"
  | "sampler"
  | "decoder"
  | "taste"
  | "other"
  | "both"
  | "optimizer"
  | "save";

const NODES: readonly GraphNode<Id>[] = [
  { id: "prompts", title: "Prompts", chosen: ["File", "emoji:prompts/train.txt"] },
  { id: "pipeline", title: "Pipeline", chosen: ["Model", "emoji"] },
  { id: "encoder", title: "Encoder" },
  { id: "unet", title: "UNet" },
  { id: "control", title: "ControlNet" },
  { id: "steered", title: "Apply ControlNet to Model" },
  { id: "neg", title: "NegEmbedding" },
  { id: "cfg", title: "CFG" },
  { id: "sampler", title: "Sampler" },
  { id: "decoder", title: "VAE Decoder" },
  { id: "taste", title: "Reward", chosen: ["Model", "emoji:rewards/preference"] },
  { id: "other", title: "Reward", chosen: ["Model", "emoji:rewards/held-out"] },
  { id: "both", title: "Combine Rewards" },
  { id: "optimizer", title: "NegEmbedding-Optimizer" },
  { id: "save", title: "Save Embedding" },
];

const WIRES: readonly GraphWire<Id>[] = [
  ["prompts", "prompts", "encoder", "prompts"],
  ["pipeline", "encoder", "encoder", "encoder"],
  ["pipeline", "unet", "unet", "unet"],
  ["unet", "model", "steered", "model"],
  ["control", "control", "steered", "controls"],
  ["pipeline", "encoder", "neg", "encoder"],
  ["steered", "model", "cfg", "model"],
  ["encoder", "condition", "cfg", "positive"],
  ["neg", "embedding", "cfg", "negative"],
  ["cfg", "guided", "sampler", "guided"],
  ["pipeline", "vae", "decoder", "vae"],
  ["sampler", "latent", "decoder", "latent"],
  ["decoder", "image", "taste", "image"],
  ["decoder", "image", "other", "image"],
  ["taste", "score", "both", "first"],
  ["other", "score", "both", "second"],
  ["both", "score", "optimizer", "objective"],
  ["neg", "embedding", "optimizer", "parameter"],
  ["optimizer", "embedding", "save", "embedding"],
];

const STEPS = 24;

test("a graph with a ControlNet in the training path and two rewards is built from nothing, trained, and learns", async ({
  page,
  server,
}) => {
  test.slow();
  await newWorkflow(page);
  const ids = await buildByKeyboard<Id>(page, NODES, WIRES);
  const idOf = (id: Id): string => ids.get(id) ?? "";
  await fill(page, idOf("sampler"), { Steps: 6, "Last sampling steps": 2 });
  await fill(page, idOf("both"), { "Second weight": 0.5 });
  await fill(page, idOf("optimizer"), { Steps: STEPS, "Batch size": 8, "Learning rate": 0.05 });
  await page.getByRole("region", { name: "Canvas" }).focus();
  const file = await saveAs(page, server, "steered");
  expect(Object.keys(readWorkflowFile(file).graph.edges)).toHaveLength(WIRES.length);
  await showPanel(page, "Problems");
  await expect(page.getByText("No problems: ready to train.")).toBeVisible();

  // The plan knows what the ControlNet costs.
  await showPanel(page, "Plan");
  await expect(page.getByRole("region", { name: "Plan" }).getByRole("table")).toContainText("controlnet");

  await trainToEnd(page, 1);
  const rewards = rewardsOf(server.home);
  expect(rewards).toHaveLength(STEPS);
  expect(meanOf(rewards.slice(-6))).toBeGreaterThan(meanOf(rewards.slice(0, 6)));
});

/** Sets what stands under these labels in the inspector. */
async function fill(page: Page, node: string, values: Readonly<Record<string, number>>): Promise<void> {
  await page.keyboard.press("f");
  await nodeOf(page, node).locator(".rs-node-title").click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  for (const [label, value] of Object.entries(values)) {
    // A unit stands behind some labels.
    await inspector.getByLabel(new RegExp(`^${label}( images)?$`)).fill(String(value));
  }
  await page.locator(":focus").blur();
}

function rewardsOf(home: string): number[] {
  const [run = ""] = readdirSync(join(home, "runs"));
  const line = z.looseObject({ reward: z.number() });
  return readFileSync(join(home, "runs", run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((text) => line.parse(JSON.parse(text)).reward);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
