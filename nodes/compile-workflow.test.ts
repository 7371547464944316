import { expect, test } from "vitest";
import { type EmbeddingSpace, KNOWN_SPACES } from "../src-main/common/embedding-space.ts";
import { setMode } from "../src-main/common/workflow-edits.ts";
import { NO_FACTS } from "../src-main/common/workflow-node-type.ts";
import { compileWorkflow } from "./compile-workflow.ts";
import {
  add,
  cut,
  emoji,
  faultsOf,
  recipeOf,
  remove,
  secondBranch,
  set,
  type Step,
  wire,
} from "./testing/emoji-workflow.ts";

test("two rewards count by their weights, through nested sums too", () => {
  const workflow = emoji(
    add("sum", "reward/combine", { firstWeight: 2, secondWeight: 0.5 }),
    add("outer", "reward/combine", { firstWeight: 10 }),
    wire("reward.score", "sum.first"),
    wire("held-out.score", "sum.second"),
    wire("sum.score", "outer.first"),
    wire("outer.score", "optimizer.objective"),
    cut("optimizer-watched"),
  );
  const { rewards, heldOut } = recipeOf(workflow);
  expect(rewards?.map(({ path, weight }) => [path, weight])).toEqual([
    ["emoji:rewards/preference", 20],
    ["emoji:rewards/held-out", 5],
  ]);
  expect(heldOut).toEqual([]);
});

test("the scale of CFG, the sampler and the size are those of the pictures that are judged", () => {
  const workflow = emoji(
    set("cfg", "scale", 5),
    set("sampler", "scheduler", "dpm++"),
    set("sampler", "steps", 12),
    set("unet", "height", 64),
    set("unet", "width", 96),
  );
  expect(recipeOf(workflow)).toMatchObject({
    sampler: { guidance: 5, scheduler: "dpm++", steps: 12 },
    size: { height: 64, width: 96 },
  });
});

test("a NegEmbedding starts from its text, or from a loaded embedding", () => {
  expect(recipeOf(emoji()).start).toEqual({ kind: "none" });
  expect(recipeOf(emoji(set("negative", "text", "blurry"))).start).toEqual({ kind: "text", text: "blurry" });
  const loaded = emoji(
    add("load", "embedding/load", { file: "old.safetensors" }),
    wire("load.embedding", "negative.start"),
  );
  expect(recipeOf(loaded).start).toEqual({ kind: "embedding", file: "old.safetensors" });
});

test("what the optimizer is set to is what learns", () => {
  const workflow = emoji(
    set("optimizer", "steps", 7),
    set("optimizer", "optimizer", "sgd"),
    set("optimizer", "emaDecay", 0.9),
    set("optimizer", "clipNorm", null),
    set("optimizer", "seed", 3),
  );
  expect(recipeOf(workflow)).toMatchObject({ steps: 7, seed: 3, emaDecay: 0.9, optimizer: { name: "sgd" } });
  expect(recipeOf(workflow).optimizer).not.toHaveProperty("clipNorm");
});

test("the model is opened as its node says, and a reward as its own", () => {
  const workflow = emoji(
    set("pipeline", "prediction", "v"),
    set("pipeline", "tokenizer", "words"),
    set("reward", "scale", "scaled"),
    set("reward", "antialias", false),
    set("reward", "kind", "clip"),
  );
  expect(recipeOf(workflow)).toMatchObject({
    pipeline: "emoji",
    tokenizer: "words",
    prediction: "v",
    rewards: [{ path: "emoji:rewards/preference", weight: 1, score: "scaled", antialias: false, kind: "clip" }],
  });
});

test("a second preview is drawn its own way, and each is named after its node", () => {
  const workflow = emoji(
    ...secondBranch,
    add("other", "view/preview", { every: 30, count: 1, seed: 9 }),
    wire("decoder-2.image", "other.image"),
    wire("negative.embedding", "cfg-2.negative"),
  );
  expect(recipeOf(workflow).previews).toMatchObject([
    {
      name: "other",
      every: 30,
      seed: 9,
      prompts: { file: "emoji:prompts/train.txt", first: 1 },
      sampler: { scheduler: "euler", steps: 12, guidance: 12 },
    },
    { name: "preview", every: 10 },
  ]);
});

test("a preview whose negative is not learned shows that negative", () => {
  const preview = [add("other", "view/preview"), wire("decoder-2.image", "other.image")];
  expect(recipeOf(emoji(...secondBranch, ...preview)).previews[0]).toMatchObject({ negative: { kind: "none" } });
  const loaded = [add("load", "embedding/load", { file: "a.bin" }), wire("load.embedding", "cfg-2.negative")];
  expect(recipeOf(emoji(...secondBranch, ...preview, ...loaded)).previews[0]).toMatchObject({
    negative: { kind: "embedding", file: "a.bin" },
  });
});

test("without a Preview node nothing is drawn along the way", () => {
  expect(recipeOf(emoji(remove("preview"))).previews).toEqual([]);
});

test("Evaluate and Compare are done when learning has ended", () => {
  const workflow = emoji(
    add("evaluate", "evaluation/evaluate", { first: 4, handwritten: "ugly" }),
    wire("optimizer.embedding", "evaluate.learned"),
    wire("preview-prompts.prompts", "evaluate.prompts"),
    add("compare", "view/compare", { first: 2, seed: 5 }),
    wire("optimizer.embedding", "compare.learned"),
    wire("prompts.prompts", "compare.prompts"),
  );
  expect(recipeOf(workflow).evaluations).toEqual([
    {
      name: "compare",
      prompts: { file: "emoji:prompts/train.txt", first: 2 },
      count: 1,
      seed: 5,
      handwritten: "blurry, low quality",
      show: "pictures",
    },
    {
      name: "evaluate",
      prompts: ["a red apple", "smiling cat face on a blue background", "a rocket", "lollipop"],
      count: 2,
      seed: 0,
      handwritten: "ugly",
      show: "scores",
    },
  ]);
});

test("Save Embedding names the file and spaces the checkpoints", () => {
  const workflow = emoji(set("save", "name", "my negative"), set("save", "every", 5), set("save", "keep", 2));
  expect(recipeOf(workflow)).toMatchObject({ saveAs: "my negative.safetensors", checkpoints: { every: 5, keep: 2 } });
});

test("notes, groups and places change nothing", () => {
  const workflow = emoji(add("group", "canvas/group", { title: "Judges" }), set("note", "text", "other words"));
  expect(recipeOf(workflow)).toEqual(recipeOf(emoji()));
});

test("WG-5: a muted node counts as if it were not there, a bypassed one hands on what it gets", () => {
  expect(recipeOf(setMode(emoji(), ["preview"], "muted")).previews).toEqual([]);
  const combined = emoji(
    add("sum", "reward/combine", { firstWeight: 3 }),
    wire("reward.score", "sum.first"),
    wire("sum.score", "optimizer.objective"),
  );
  expect(recipeOf(combined).rewards?.[0]?.weight).toBe(3);
  expect(recipeOf(setMode(combined, ["sum"], "bypassed")).rewards?.[0]?.weight).toBe(1);
  expect(faultsOf(setMode(combined, ["sum"], "muted"))).toEqual(["input-missing optimizer.objective"]);
});

test("a node that gets nothing because what is wired to it is off is told so", () => {
  const [fault] = compileWorkflow(setMode(emoji(), ["cfg"], "bypassed")).diagnostics;
  expect(fault).toMatchObject({
    code: "input-missing",
    at: { node: "sampler", port: "guided" },
    message: "nothing comes to Guided noise, which Sampler needs",
    notes: [{ at: { node: "cfg", port: "guided" }, message: "is wired to it, but bypassed" }],
    help: expect.stringMatching(/^turn that node on, or connect /),
  });
});

const faults: readonly (readonly [title: string, steps: readonly Step[], expected: readonly string[]])[] = [
  ["WG-4: no optimizer", [remove("optimizer", "save")], ["learning-missing reward"]],
  [
    "two optimizers",
    [
      add("second", "learning/neg-embedding-optimizer", { lastSteps: 3 }),
      wire("reward.score", "second.objective"),
      wire("negative.embedding", "second.parameter"),
    ],
    ["learning-twice second", "learning-twice optimizer"],
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
    [add("load", "embedding/load", { file: "a" }), wire("load.embedding", "optimizer.parameter")],
    ["parameter-fixed optimizer.parameter"],
  ],
  ["guidance without effect", [set("cfg", "scale", 1)], ["guidance-none optimizer.objective"]],
  [
    "rewards of different pictures",
    [...secondBranch, wire("decoder-2.image", "held-out.image")],
    ["score-picture optimizer.watched"],
  ],
  [
    "numbers that do not fit together",
    [set("optimizer", "lastSteps", 31), set("optimizer", "gradientSteps", 32), set("optimizer", "microBatch", 3)],
    ["recipe-steps optimizer.lastSteps", "recipe-steps optimizer.gradientSteps", "recipe-batch optimizer.microBatch"],
  ],
  ["a number out of range", [set("cfg", "scale", 0.5)], ["param-invalid cfg.scale"]],
  ["WF-11: a file that would lie outside the run", [set("save", "name", "../../x")], ["param-invalid save.name"]],
  ["half a size", [set("unet", "height", 64)], ["size-half unet.width"]],
  ["prompts twice", [set("prompts", "text", "a cat")], ["prompts-twice prompts.file"]],
  ["no prompts", [set("prompts", "file", "")], ["prompts-empty prompts.text"]],
  [
    "a text and an embedding to start from",
    [
      set("negative", "text", "blurry"),
      add("load", "embedding/load", { file: "a" }),
      wire("load.embedding", "negative.start"),
    ],
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
    "a preview by another model",
    [
      ...secondBranch,
      add("unet-2", "model/unet", { height: 32, width: 32 }),
      wire("pipeline.unet", "unet-2.unet"),
      wire("unet-2.model", "cfg-2.model"),
      wire("decoder-2.image", "preview.image"),
    ],
    ["preview-model preview.image"],
  ],
  [
    "parts of two pipelines",
    [add("pipeline-2", "model/pipeline", { path: "other" }), wire("pipeline-2.vae", "decoder.vae")],
    ["port-pipeline decoder.latent"],
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
  const load = add("load", "embedding/load", { file: "sd21.safetensors" });
  expect(faultsOf(emoji(load, wire("load.embedding", "cfg.negative")), facts)).toEqual(["port-space cfg.negative"]);
  const start = emoji(load, wire("load.embedding", "negative.start"));
  expect(faultsOf(start, facts)).toEqual(["port-space negative.start"]);
  const { diagnostics } = compileWorkflow(start, facts);
  expect(diagnostics[0]?.message).toBe(
    "the other wires of this node belong to CLIP ViT-L/14 (77×768), but an embedding of OpenCLIP ViT-H/14 (77×1024) is connected",
  );
  expect(recipeOf(start, { ...facts, spaceOfEmbedding: () => undefined }).start.kind).toBe("embedding");
});
