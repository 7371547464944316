// Every target of `npm run fuzz`, by the name that the command takes.

import type { ListedTarget } from "../target.ts";

export const TARGETS: Readonly<Record<string, ListedTarget>> = {
  safetensors: {
    summary: "safetensors: header, metadata and tensors.",
    load: async () => (await import("./weights.ts")).safetensors,
  },
  torch: {
    summary: "PyTorch's files: zip archives and pickles of all versions.",
    load: async () => (await import("./weights.ts")).torch,
  },
  embeddings: {
    summary: "Embeddings: ours, NumPy's, PyTorch's, textual inversions.",
    load: async () => (await import("./weights.ts")).embeddings,
  },
  onnx: {
    summary: "ONNX models: read, imported, optimised and verified.",
    load: async () => (await import("./onnx.ts")).onnx,
  },
  configs: {
    summary: "Configs of every network, of schedulers and of preprocessors.",
    load: async () => (await import("./models.ts")).configs,
  },
  tokenizers: {
    summary: "Tokenizer folders, and a text cut by them.",
    load: async () => (await import("./models.ts")).tokenizers,
  },
  pipelines: {
    summary: "Pipeline folders: index, configs and tokenizer beside sound weights.",
    load: async () => (await import("./models.ts")).pipelines,
  },
  prompts: {
    summary: "Lists of prompts: text, JSON, JSON lines, tables, in any encoding.",
    load: async () => (await import("./texts.ts")).prompts,
  },
  pairs: {
    summary: "Tables of pairs and of ratings: JSON, JSON lines, CSV, in every layout.",
    load: async () => (await import("./pairs.ts")).pairs,
  },
  parquet: {
    summary: "Tables of pairs in Parquet, as they are imported: each by a process of its own.",
    load: async () => (await import("./pairs.ts")).parquet,
  },
  texts: {
    summary: "One prompt: weights, cleaning, words and tokens.",
    load: async () => (await import("./texts.ts")).promptTexts,
  },
  workflows: {
    summary: "Workflow files: read, migrated, checked, planned, compared.",
    load: async () => (await import("./workflows.ts")).workflows,
  },
  recipes: {
    summary: "Recipes, made into plans.",
    load: async () => (await import("./workflows.ts")).recipes,
  },
  bundles: {
    summary: "Shared bundles: the archive itself.",
    load: async () => (await import("./workflows.ts")).bundles,
  },
  "bundle-contents": {
    summary: "Shared bundles: what a sound archive holds.",
    load: async () => (await import("./workflows.ts")).bundleContents,
  },
  drafts: {
    summary: "Drafts of open tabs, and their journals.",
    load: async () => (await import("./workflows.ts")).drafts,
  },
  comfy: {
    summary: "Workflows of ComfyUI, in both forms, made into one of ours.",
    load: async () => (await import("./foreign.ts")).comfy,
  },
  a1111: {
    summary: "Parameters of the A1111 webui, made into a workflow.",
    load: async () => (await import("./foreign.ts")).a1111,
  },
  images: {
    summary: "Images: pixels, texts of PNG, and workflows in them.",
    load: async () => (await import("./images.ts")).images,
  },
  runs: {
    summary: "A run's folder: plan, metrics, checkpoints, reports, previews.",
    load: async () => (await import("./runs.ts")).runs,
  },
  applications: {
    summary: "An application's folder: its plan and its result.",
    load: async () => (await import("./runs.ts")).applications,
  },
  home: {
    summary: "The studio's own small files: jobs, models, numbers, sessions.",
    load: async () => (await import("./runs.ts")).homes,
  },
  messages: {
    summary: "Messages to the studio and to the engine.",
    load: async () => (await import("./messages.ts")).messages,
  },
  addresses: {
    summary: "Addresses that a page or a stranger may ask the server for.",
    load: async () => (await import("./messages.ts")).addresses,
  },
};
