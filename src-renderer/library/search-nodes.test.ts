import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { absentNode, searchNodes } from "./search-nodes.ts";

const types = [...nodeTypes.values()];
const titles = (query: string): string[] => searchNodes(query, types).map(({ item }) => item.title);

test.each([
  // Titles: whole, beginning, word, inside.
  ["Sampler", "Sampler"],
  ["optimizer", "Optimizer"],
  ["NegEmbedding optimizer", "NegEmbedding-Optimizer"],
  ["train", "NegEmbedding-Optimizer"],
  ["neg", "NegEmbedding"],
  ["NegEmbedding", "NegEmbedding"],
  ["embedding", "NegEmbedding"],
  ["save", "Save Embedding"],
  ["vae", "VAE Decoder"],
  ["control", "ControlNet"],
  ["video", "Video Model"],
  ["rewards", "Combine Rewards"],
  ["per sample", "Per-Sample"],
  // Words in any order.
  ["decoder vae", "VAE Decoder"],
  ["embedding load", "Load Embedding"],
  // Names of other programs.
  ["KSampler", "Sampler"],
  ["CLIP Text Encode", "Encoder"],
  ["CLIPTextEncode", "Encoder"],
  ["Load Checkpoint", "Pipeline"],
  ["CheckpointLoaderSimple", "Pipeline"],
  ["VAEDecode", "VAE Decoder"],
  ["Save Image", "Preview"],
  ["preview image", "Preview"],
  ["Textual Inversion", "Token Embedding"],
  ["LoraLoader", "Load LoRA"],
  ["lora", "LoRA"],
  ["negative prompt", "NegEmbedding"],
  ["ControlNetLoader", "ControlNet"],
  ["Apply ControlNet", "Apply ControlNet to Model"],
  ["ControlNetApplyAdvanced", "Apply ControlNet to Model"],
  ["ConditioningAverage", "Blend Conditioning"],
  ["ConditioningConcat", "Concat Conditioning"],
  ["RescaleCFG", "Guidance Rescale"],
  ["ModelMergeSimple", "Model Blend"],
  ["VAEEncode", "Latent from Image"],
  ["img2img", "Latent from Image"],
  ["DRaFT", "Sampler"],
  ["softmin", "Score Function"],
  ["add rewards", "Add Scores"],
  ["regularization", "Distance to Start"],
  ["Empty Latent Image", "UNet"],
  ["pickscore", "Reward"],
  ["AnimateDiff", "Apply to Video"],
  ["sticky", "Note"],
  ["frame", "Group"],
  // Descriptions.
  ["handwritten", "Compare"],
  // Misspelt.
  ["smapler", "Sampler"],
  ["optimzer", "Optimizer"],
  ["optimiser", "Optimizer"],
  ["embeding", "NegEmbedding"],
  ["chekpoint loader", "Pipeline"],
  ["rewrad", "Reward"],
])("%s gives %s first", (query, first) => {
  expect(titles(query)[0]).toBe(first);
});

test("without words all types come in their order", () => {
  expect(titles(" - ")).toEqual(types.map(({ title }) => title));
});

test("what no one calls anything gives nothing", () => {
  for (const query of ["qqqq", "zebra", "xx"]) expect(titles(query)).toEqual([]);
});

test("short words are taken as they are written", () => {
  expect(titles("cgf")).toEqual([]);
});

test("titles come before synonyms, and descriptions come last", () => {
  const found = searchNodes("prompt", types);
  const names = found.map(({ item }) => item.title);
  expect(names[0]).toBe("Prompts");
  const named = found.findIndex(({ synonym }) => synonym !== null);
  const lastNamed = found.findLastIndex(({ synonym }) => synonym !== null);
  expect(named).toBeGreaterThan(0);
  expect(lastNamed).toBeLessThan(names.indexOf("Preview"));
});

test("the letters that were found are marked, be they in the title or in the synonym", () => {
  expect(searchNodes("optimizer", types)[0]).toMatchObject({ marks: [[0, 9]], synonym: null });
  expect(searchNodes("cliptextenc", types)[0]).toMatchObject({
    item: { title: "Encoder" },
    marks: [],
    synonym: { text: "CLIPTextEncode", marks: [[0, 11]] },
  });
});

test("no two types claim the same title, and no synonym is the title of another type", () => {
  const claimed = new Set(types.map(({ title }) => title.toLowerCase()));
  const taken = types.flatMap(({ synonyms = [] }) => synonyms.filter((name) => claimed.has(name.toLowerCase())));
  expect(taken).toEqual([]);
});

test.each(["Reroute", "Inpaint", "load image"])("%s has no counterpart, and it is said what to do", (query) =>
  expect(absentNode(query)?.instead).toMatch(/[.]$/),
);

test.each(["Sampler", "lora", "LoraLoader", "load", "note", "load checkpoint", "vae", "VAE Encode"])(
  "%s is no node that is missing",
  (query) => expect(absentNode(query)).toBeUndefined(),
);
