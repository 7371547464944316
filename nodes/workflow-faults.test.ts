// What is wrong with a workflow is told at its node, port or parameter.

import { expect, test } from "vitest";
import { type EmbeddingSpace, KNOWN_SPACES } from "../src-main/common/embedding-space.ts";
import { NO_FACTS } from "../src-main/common/workflow-node-type.ts";
import {
  add,
  compiled,
  cut,
  emoji,
  faultsOf,
  load,
  remove,
  secondBranch,
  secondOptimizer,
  set,
  type Step,
  trainedLora,
  wire,
} from "./testing/emoji-workflow.ts";

const faults: readonly (readonly [title: string, steps: readonly Step[], expected: readonly string[]])[] = [
  ["WG-4: no optimizer", [remove("optimizer", "save")], ["learning-missing reward"]],
  [
    "two optimizers of one embedding",
    [
      add("second", "learning/neg-embedding-optimizer"),
      wire("reward.score", "second.objective"),
      wire("negative.embedding", "second.parameter"),
    ],
    ["learning-twice optimizer"],
  ],
  ["a sampler without CFG", [remove("cfg")], ["input-missing sampler.guided"]],
  ["WG-1: a reward of latents", [wire("sampler.latent", "reward.image")], ["port-kind reward.image"]],
  ["WG-3: a cycle", [wire("optimizer.embedding", "cfg.negative")], ["graph-cycle sampler"]],
  [
    "an embedding that the objective does not depend on",
    [
      add("idle", "embedding/negative"),
      wire("pipeline.encoder", "idle.encoder"),
      wire("idle.embedding", "optimizer.parameter"),
    ],
    ["parameter-unused optimizer.parameter"],
  ],
  ["pictures without a negative", [cut("cfg-negative")], ["parameter-unused optimizer.parameter"]],
  [
    "a loaded embedding to learn",
    [...load("a"), wire("load.embedding", "optimizer.parameter")],
    ["parameter-fixed optimizer.parameter"],
  ],
  [
    "a LoRA that is loaded to learn, a part without one, and a LoRA that the objective does not depend on",
    [
      remove("save"),
      add("load", "model/load-lora", { file: "a" }),
      wire("pipeline.unet", "load.unet"),
      wire("pipeline.encoder", "load.encoder"),
      add("idle", "model/lora"),
      wire("pipeline.unet", "idle.unet"),
      add("joint", "learning/optimizer"),
      wire("reward.score", "joint.objective"),
      wire("load.unet", "joint.first"),
      wire("load.encoder", "joint.second"),
      wire("pipeline.unet", "joint.third"),
      wire("idle.unet", "joint.fourth"),
    ],
    [
      "parameter-fixed joint.first",
      "parameter-fixed joint.second",
      "parameter-fixed joint.third",
      "parameter-unused joint.fourth",
    ],
  ],
  [
    "a LoRA that nothing trains",
    [add("adapted", "model/lora"), wire("pipeline.unet", "adapted.unet"), wire("adapted.unet", "unet.unet")],
    ["parameter-idle adapted"],
  ],
  [
    "a learned LoRA where an embedding is wanted",
    [
      ...trainedLora,
      wire("joint.first", "save.embedding"),
      add("other", "embedding/token"),
      wire("pipeline.encoder", "other.encoder"),
      wire("joint.first", "other.start"),
    ],
    ["port-kind other.start"],
  ],
  [
    "the text encoder of a LoRA that is given none",
    [
      add("load", "model/load-lora", { file: "a" }),
      wire("pipeline.unet", "load.unet"),
      wire("load.encoder", "encoder.encoder"),
    ],
    ["output-empty encoder.encoder"],
  ],
  [
    "layers without a name, and words that leave no place for what is learned",
    [
      ...trainedLora,
      set("adapted", "targets", " "),
      add("token", "embedding/token", { around: "blurry", promptWeights: "compel" }),
      wire("pipeline.encoder", "token.encoder"),
      set("token", "count", 5),
    ],
    ["param-invalid adapted.targets", "token-unnamed token.around", "encoder-trained-compel token.promptWeights"],
  ],
  [
    "guidance without effect",
    [set("cfg", "scale", 1)],
    ["guidance-none optimizer.objective", "guidance-none preview.image"],
  ],
  [
    "rewards of different pictures",
    [...secondBranch, wire("decoder-2.image", "held-out.image")],
    ["score-picture optimizer.watched"],
  ],
  [
    "stopping early by nothing, and prompts for it while it is off",
    [
      set("optimizer", "patience", 3),
      cut("optimizer-watched"),
      add("other", "learning/neg-embedding-optimizer"),
      wire("reward.score", "other.objective"),
      wire("negative.embedding", "other.parameter"),
      wire("prompts.prompts", "other.heldOutPrompts"),
    ],
    ["stopping-score optimizer.watched", "stopping-off other.heldOutPrompts"],
  ],
  [
    "numbers that do not fit together",
    [set("sampler", "lastSteps", 31), set("sampler", "gradientSteps", 32)],
    ["recipe-steps sampler.lastSteps", "recipe-steps sampler.gradientSteps"],
  ],
  ["a batch that does not divide", [set("optimizer", "microBatch", 3)], ["recipe-batch optimizer.microBatch"]],
  [
    "a gradient through more steps than there are",
    [set("sampler", "gradient", "last steps"), set("sampler", "throughSteps", 50)],
    ["sampler-gradient sampler.throughSteps"],
  ],
  ["a number out of range", [set("cfg", "scale", 0.5)], ["param-invalid cfg.scale"]],
  ["WF-11: a file that would lie outside the run", [set("save", "name", "../../x")], ["param-invalid save.name"]],
  ["half a size", [set("unet", "height", 64)], ["size-half unet.width"]],
  ["prompts twice", [set("prompts", "text", "a cat")], ["prompts-twice prompts.file"]],
  [
    "a brace of a prompt that is never closed",
    [set("prompts", "file", ""), set("prompts", "text", "a {red"), set("prompts", "dynamic", true)],
    ["prompt-braces prompts.text"],
  ],
  ["no prompts", [set("prompts", "file", "")], ["prompts-empty prompts.text"]],
  [
    "a text and an embedding to start from",
    [set("negative", "text", "blurry"), ...load("a"), wire("load.embedding", "negative.start")],
    ["start-twice negative.text"],
  ],
  [
    "something unlearned to save",
    [wire("negative.embedding", "save.embedding")],
    ["embedding-unlearned save.embedding"],
  ],
  [
    "embeddings of single prompts that go on from none",
    [
      add("own", "learning/per-sample"),
      wire("negative.embedding", "own.learned"),
      wire("prompts.prompts", "own.prompts"),
    ],
    ["embedding-unlearned own.learned"],
  ],
  [
    "two names for what is learned",
    [add("save-2", "embedding/save"), wire("optimizer.embedding", "save-2.embedding")],
    ["decided-twice save-2"],
  ],
  [
    "an evaluation by the climbed reward alone",
    [
      cut("optimizer-watched"),
      add("evaluate", "evaluation/evaluate"),
      wire("optimizer.embedding", "evaluate.learned"),
      wire("prompts.prompts", "evaluate.prompts"),
    ],
    ["evaluation-judge evaluate.learned"],
  ],
  [
    "two learned embeddings in one file",
    [...secondOptimizer, add("save-2", "embedding/save"), wire("optimizer-2.embedding", "save-2.embedding")],
    ["decided-twice save-2.name"],
  ],
  [
    "an embedding to begin with that is loaded for another text encoder",
    [
      ...load("a"),
      add("pipeline-2", "model/pipeline", { path: "other" }),
      wire("pipeline-2.encoder", "load.encoder"),
      wire("load.embedding", "negative.start"),
    ],
    ["start-encoder negative.start"],
  ],
  [
    "images without prompts to preview and without an empty text",
    [...load("a"), wire("load.embedding", "cfg.positive"), cut("cfg-negative")],
    ["parameter-unused optimizer.parameter", "preview-prompts preview.image"],
  ],
  [
    "WG-6: several things at once",
    [remove("cfg"), set("prompts", "file", ""), set("unet", "height", 63), wire("sampler.latent", "reward.image")],
    [
      "prompts-empty prompts.text",
      "param-invalid unet.height",
      "input-missing sampler.guided",
      "port-kind reward.image",
    ],
  ],
];

test.each(faults)("%s is said at the node", (_, steps, expected) => {
  expect(faultsOf(emoji(...steps)).toSorted()).toEqual(expected.toSorted());
});

test("WG-2: a negative of another space is refused where it meets the model", () => {
  const { clipL, openclipH } = KNOWN_SPACES;
  const spaceOf = ({ id, tokens, width }: EmbeddingSpace): EmbeddingSpace => ({ id, tokens, width });
  const facts = { ...NO_FACTS, spaceOfPipeline: () => spaceOf(clipL), spaceOfEmbedding: () => spaceOf(openclipH) };
  const loaded = load("sd21.safetensors");
  expect(faultsOf(emoji(...loaded), facts)).toEqual(["port-space load.encoder"]);
  const others = { ...NO_FACTS, spaceOfPipeline: (path: string) => spaceOf(path === "other" ? openclipH : clipL) };
  const start = emoji(
    ...loaded,
    add("pipeline-2", "model/pipeline", { path: "other" }),
    wire("pipeline-2.encoder", "load.encoder"),
    wire("load.embedding", "negative.start"),
  );
  expect(faultsOf(start, others)).toEqual(["port-space negative.start"]);
  const { diagnostics } = compiled(start, others);
  expect(diagnostics[0]?.message).toBe(
    "the other wires of this node belong to CLIP ViT-L/14 (77×768), but an embedding of OpenCLIP ViT-H/14 (77×1024) is connected",
  );
});

test("what is already learned is told by its kind, with the nodes that make another one", () => {
  const again = emoji(
    add("pairs", "reward/preference-pairs", { source: "pairs" }),
    add("head", "reward/head", { path: "emoji:rewards/preference" }),
    add("loss", "reward/preference-loss"),
    wire("head.reward", "loss.reward"),
    wire("pairs.pairs", "loss.pairs"),
    add("first", "learning/optimizer"),
    wire("loss.objective", "first.objective"),
    wire("head.reward", "first.first"),
    add("again", "learning/optimizer"),
    wire("loss.objective", "again.objective"),
    wire("first.first", "again.first"),
  );
  const { diagnostics } = compiled(again);
  expect(diagnostics.filter(({ at }) => at.node === "again")).toMatchObject([
    {
      code: "parameter-fixed",
      message: "a reward that is already learned cannot be changed",
      help: "connect Reward Head or Reward LoRA; a file can be what it starts from",
    },
  ]);
});
