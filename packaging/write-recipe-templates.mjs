// Writes the templates that are ready recipes as workflows: one for each kind of what can be trained.
// node packaging/write-recipe-templates.mjs
// lay-out-workflows.mjs and make-template-pictures.mjs then lay them out and draw them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workflowOfRecipe } from "../nodes/workflow-of-recipe.ts";
import { drawingRecipe } from "../src-main/common/drawing-recipe.ts";
import { printWorkflow } from "../src-main/common/workflow-file.ts";

const MINUTES = "some minutes on a CPU";
const SHOWN =
  "Preview draws the same prompts every 10 steps. At the end, Compare and Evaluate try prompts that nothing was learned from: see Results.";

/** By the name of the recipe. */
const TEMPLATES = {
  "emoji-token": {
    name: "Train a token embedding",
    description: "Learns four word vectors as a negative: a textual inversion, which nearly every program reads.",
    gives: "A textual inversion, and a comparison with a handwritten negative prompt.",
    note: `Press Train. Token Embedding stands where a negative prompt would; its vectors go through the text encoder. ${SHOWN}`,
  },
  "emoji-lora": {
    name: "Train a LoRA",
    description: "Learns small matrices in the UNet's attention that raise the reward: the most gain of all kinds.",
    gives: "A LoRA, and a comparison with the base model with and without a handwritten negative prompt.",
    note: `Press Train. LoRA stands between Pipeline and UNet, and Optimizer changes it. ${SHOWN}`,
  },
  "emoji-text-encoder-lora": {
    name: "Train a text encoder LoRA",
    description: "Learns small matrices in the text encoder, so that prompts and negatives are read otherwise.",
    gives: "A LoRA of the text encoder, and a comparison with the base model.",
    note: `Press Train. Text Encoder LoRA stands between Pipeline and Encoder, and Optimizer changes it. ${SHOWN}`,
  },
  "emoji-text-encoder": {
    name: "Fine-tune the text encoder",
    description:
      "Trains the weights of the text encoder's last layer, so that prompts and negatives are read otherwise.",
    gives: "A text encoder as a folder of transformers, and a comparison with the base model.",
    note: `Press Train. Fine-tune Text Encoder stands between Pipeline and Encoder, and Optimizer changes it. ${SHOWN}`,
  },
  "emoji-embedding-and-lora": {
    name: "Train an embedding and a LoRA",
    description: "Learns a negative embedding and a LoRA of the UNet together, by one objective.",
    gives: "A negative embedding and a LoRA that belong together, and a comparison with the base model without both.",
    note: `Press Train. Optimizer changes both, and Save Embedding names the file of each. ${SHOWN}`,
  },
};

const root = join(import.meta.dirname, "..");
for (const [id, { note, ...meta }] of Object.entries(TEMPLATES)) {
  const recipe = drawingRecipe.parse(JSON.parse(readFileSync(join(root, "resources/recipes", `${id}.json`), "utf8")));
  const { workflow } = workflowOfRecipe(embedded(recipe));
  const nodes = { ...workflow.graph.nodes, note: { type: "canvas/note", version: 1, params: { text: note } } };
  const views = { ...workflow.view.nodes, note: { x: -400, y: 0, width: 360, height: 190 } };
  const template = {
    ...workflow,
    meta: { ...meta, licence: "Apache-2.0", memory: "0.5 GB", time: MINUTES },
    graph: { ...workflow.graph, nodes },
    view: { ...workflow.view, nodes: views },
  };
  writeFileSync(join(root, "resources/workflows", `${id}.reneg.json`), printWorkflow(template));
}

/** Lists that come with the program by the names that any folder knows. */
function embedded(value) {
  if (Array.isArray(value)) return value.map(embedded);
  if (typeof value === "string") return value.replace(/^\.\.\/emoji\//, "emoji:");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, embedded(inner)]));
}
