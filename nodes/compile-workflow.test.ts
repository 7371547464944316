import { expect, test } from "vitest";
import { setMode } from "../src-main/common/workflow-edits.ts";
import {
  add,
  compiled,
  cut,
  emoji,
  faultsOf,
  load,
  programOf,
  remove,
  secondBranch,
  secondOptimizer,
  set,
  type Step,
  wire,
} from "./testing/emoji-workflow.ts";

test("two rewards count by their weights, through nested sums too", () => {
  const { calls, updates } = programOf(
    emoji(
      add("sum", "reward/combine", { firstWeight: 2, secondWeight: 0.5 }),
      add("outer", "reward/combine", { firstWeight: 10 }),
      wire("reward.score", "sum.first"),
      wire("held-out.score", "sum.second"),
      wire("sum.score", "outer.first"),
      wire("outer.score", "optimizer.objective"),
      cut("optimizer-watched"),
    ),
  );
  expect(calls["sum"]).toMatchObject({ inputs: { scores: ["reward", "held-out"] }, settings: { weights: [2, 0.5] } });
  expect(calls["outer"]).toMatchObject({ inputs: { scores: ["sum"] }, settings: { weights: [10] } });
  expect(updates["optimizer"]).toMatchObject({ objective: "outer", heldOut: [] });
});

test("every wire and every setting is in the calls that make the image", () => {
  const { calls } = programOf(
    emoji(
      set("cfg", "scale", 5),
      set("sampler", "scheduler", "dpm++"),
      set("sampler", "steps", 12),
      set("unet", "height", 64),
      set("unet", "width", 96),
    ),
  );
  expect(calls).toMatchObject({
    "pipeline.vae": { fn: "vae", settings: { path: "emoji" }, nodes: ["pipeline"] },
    unet: { fn: "model", inputs: { unet: "pipeline.unet" }, settings: { size: { height: 64, width: 96 } } },
    encoder: { fn: "encode", inputs: { encoder: "pipeline.encoder", prompts: "prompts" } },
    "cfg.positive": { fn: "predict", inputs: { model: "unet", conditioning: "encoder" } },
    "cfg.negative": { fn: "predict", inputs: { model: "unet", conditioning: "negative" } },
    cfg: { fn: "guide", inputs: { positive: "cfg.positive", negative: "cfg.negative" }, settings: { scale: 5 } },
    sampler: { fn: "sample", inputs: { prediction: "cfg" }, settings: { scheduler: "dpm++", steps: 12 } },
    decoder: { fn: "decode", inputs: { vae: "pipeline.vae", latent: "sampler" } },
    reward: { fn: "score", inputs: { image: "decoder" } },
  });
});

test("a NegEmbedding starts from its text, or from a loaded embedding", () => {
  const startOf = (...steps: Step[]) => programOf(emoji(...steps)).calls["negative"]?.settings;
  expect(startOf()).toMatchObject({ id: "negative", start: { kind: "none" } });
  expect(startOf(set("negative", "text", "blurry"), set("negative", "promptWeights", "a1111"))).toMatchObject({
    start: { kind: "text", text: "blurry" },
    reading: { promptWeights: "a1111" },
  });
  expect(startOf(...load("old.safetensors"), wire("load.embedding", "negative.start"))).toMatchObject({
    start: { kind: "embedding", file: "old.safetensors" },
  });
});

test("what the optimizer is set to is what learns", () => {
  const { updates } = programOf(
    emoji(
      set("optimizer", "steps", 7),
      set("optimizer", "optimizer", "sgd"),
      set("optimizer", "emaDecay", 0.9),
      set("optimizer", "clipNorm", null),
      set("optimizer", "pull", 0.5),
      set("optimizer", "seed", 3),
    ),
  );
  expect(updates).toMatchObject({
    optimizer: {
      objective: "reward",
      parameters: ["negative"],
      heldOut: ["held-out"],
      settings: { steps: 7, seed: 3, emaDecay: 0.9, optimizer: "sgd", proximalWeight: 0.5 },
    },
  });
  expect(updates["optimizer"]?.settings).not.toHaveProperty("clipNorm");
});

test("an optimizer that may stop early asks the held-out score of prompts of its own", () => {
  const { sinks, calls } = programOf(
    emoji(
      set("optimizer", "patience", 4),
      set("optimizer", "evaluateEvery", 5),
      set("optimizer", "evaluateImages", 6),
      set("optimizer", "seed", 3),
      add("unseen", "input/prompts", { text: "a hen" }),
      wire("unseen.prompts", "optimizer.heldOutPrompts"),
    ),
  );
  expect(sinks["optimizer"]).toEqual({
    kind: "early-stopping",
    update: "optimizer",
    score: "held-out.optimizer.early-stopping",
    image: "decoder.optimizer.early-stopping",
    prompts: "unseen",
    patience: 4,
    every: 5,
    count: 6,
    seed: 3,
  });
  expect(calls["held-out.optimizer.early-stopping"]?.inputs["image"]).toBe("decoder.optimizer.early-stopping");
  expect(programOf(emoji(set("optimizer", "patience", 4))).sinks["optimizer"]).toMatchObject({
    score: "held-out",
    image: "decoder",
    prompts: "prompts",
  });
});

test("the sampler says which of its steps training goes back through", () => {
  const gradientOf = (...steps: Step[]) =>
    programOf(emoji(set("sampler", "steps", 12), ...steps)).calls["sampler"]?.settings["gradient"];
  const whole = [set("sampler", "lastSteps", null), set("sampler", "gradient", "one late step")];
  expect(gradientOf(...whole)).toEqual({ kind: "foreseen", last: 4, count: 1 });
  expect(gradientOf(set("sampler", "gradientSteps", 3))).toEqual({ kind: "foreseen", last: 3, count: 3 });
  expect(gradientOf(set("sampler", "gradient", "last steps"), set("sampler", "throughSteps", 2))).toEqual({
    kind: "unrolled",
    steps: 2,
  });
});

test("the model is opened as its node says, and a reward as its own", () => {
  const { calls } = programOf(
    emoji(
      set("pipeline", "prediction", "v"),
      set("pipeline", "tokenizer", "words"),
      set("pipeline", "weights", "ema"),
      set("reward", "scale", "scaled"),
      set("reward", "antialias", false),
      set("reward", "kind", "clip"),
    ),
  );
  expect(calls["pipeline.unet"]?.settings).toEqual({ path: "emoji", tokenizer: "words", prediction: "v", ema: true });
  expect(calls["reward"]?.settings).toEqual({
    path: "emoji:rewards/preference",
    kind: "clip",
    score: "scaled",
    antialias: false,
  });
});

test("nodes that say the same share one call, which names them both", () => {
  const { calls, sinks } = programOf(
    emoji(
      ...secondBranch,
      ...["scale", "scheduler", "steps", "lastSteps", "gradient", "gradientSteps"].map((name) => same(name)),
      wire("negative.embedding", "cfg-2.negative"),
      add("other", "view/preview"),
      wire("decoder-2.image", "other.image"),
    ),
  );
  expect(calls["decoder"]?.nodes).toEqual(["decoder", "decoder-2"]);
  expect(calls).not.toHaveProperty("decoder-2");
  expect(sinks["other"]).toMatchObject({ image: "decoder", objective: "reward" });
});

test("another VAE decodes, another text encoder encodes, and a preview may be of another model at another size", () => {
  const { calls, sinks } = programOf(
    emoji(
      ...secondBranch,
      add("pipeline-2", "model/pipeline", { path: "other" }),
      wire("pipeline-2.vae", "decoder.vae"),
      wire("pipeline-2.encoder", "encoder.encoder"),
      add("unet-2", "model/unet", { height: 32, width: 32 }),
      wire("pipeline-2.unet", "unet-2.unet"),
      wire("unet-2.model", "cfg-2.model"),
      wire("negative.embedding", "cfg-2.negative"),
      add("other", "view/preview"),
      wire("decoder-2.image", "other.image"),
    ),
  );
  expect(calls["decoder"]?.inputs["vae"]).toBe("pipeline-2.vae");
  expect(calls["encoder"]?.inputs["encoder"]).toBe("pipeline-2.encoder");
  expect(sinks["other"]).toMatchObject({ image: "decoder-2", objective: "reward.other", heldOut: ["held-out.other"] });
  expect(calls["reward.other"]?.inputs).toEqual({ image: "decoder-2" });
});

test("a second preview is drawn its own way, scored by the same rewards, and goes by its node", () => {
  const { calls, sinks } = programOf(
    emoji(
      ...secondBranch,
      add("other", "view/preview", { every: 30, count: 1, seed: 9 }),
      wire("decoder-2.image", "other.image"),
      wire("negative.embedding", "cfg-2.negative"),
    ),
  );
  expect(sinks["other"]).toEqual({
    kind: "preview",
    image: "decoder-2",
    objective: "reward.other",
    heldOut: ["held-out.other"],
    prompts: "prompts",
    count: 1,
    every: 30,
    seed: 9,
  });
  expect(calls["sampler-2"]?.settings).toMatchObject({ scheduler: "euler", steps: 12 });
  expect(sinks["preview"]).toMatchObject({ image: "decoder.preview", prompts: "preview-prompts", every: 10 });
  expect(calls["encoder.preview"]?.inputs).toEqual({ encoder: "pipeline.encoder", prompts: "preview-prompts" });
});

test("a preview whose negative is not learned shows that negative", () => {
  const preview = [add("other", "view/preview"), wire("decoder-2.image", "other.image")];
  const empty = programOf(emoji(...secondBranch, ...preview)).calls;
  expect(empty["cfg-2.null"]).toMatchObject({ fn: "encode text", settings: { text: "" } });
  expect(empty["cfg-2.negative"]?.inputs["conditioning"]).toBe("cfg-2.null");
  const loaded = programOf(
    emoji(...secondBranch, ...preview, ...load("a.bin"), wire("load.embedding", "cfg-2.negative")),
  ).calls;
  expect(loaded["load"]).toMatchObject({ fn: "load embedding", settings: { file: "a.bin" } });
  expect(loaded["cfg-2.negative"]?.inputs["conditioning"]).toBe("load");
  // What no optimizer changes is what it begins as.
  const idle = [
    add("idle", "embedding/negative", { text: "ugly" }),
    wire("pipeline.encoder", "idle.encoder"),
    wire("idle.embedding", "cfg-2.negative"),
  ];
  expect(programOf(emoji(...secondBranch, ...preview, ...idle)).calls["idle"]).toMatchObject({
    fn: "encode text",
    inputs: { encoder: "pipeline.encoder" },
    settings: { text: "ugly" },
  });
});

test("without a Preview node nothing is drawn along the way", () => {
  expect(Object.keys(programOf(emoji(remove("preview"))).sinks)).toEqual(["save", "save.checkpoints"]);
});

test("Evaluate and Compare draw the objective's images under each negative when learning has ended", () => {
  const { calls, sinks } = programOf(
    emoji(
      remove("preview"),
      add("evaluate", "evaluation/evaluate", { first: 4, handwritten: "ugly" }),
      wire("optimizer.embedding", "evaluate.learned"),
      wire("preview-prompts.prompts", "evaluate.prompts"),
      add("compare", "view/compare", { first: 2, seed: 5 }),
      wire("optimizer.embedding", "compare.learned"),
      wire("prompts.prompts", "compare.prompts"),
      set("encoder", "promptWeights", "compel"),
    ),
  );
  expect(calls["compare.prompts"]?.settings).toEqual({ file: "emoji:prompts/train.txt", first: 2 });
  expect(sinks["compare"]).toMatchObject({ kind: "comparison", show: "pictures", prompts: "compare.prompts", seed: 5 });
  expect(sinks["evaluate"]).toEqual({
    kind: "comparison",
    conditions: Object.fromEntries(
      ["null", "handcrafted", "learned"].map((what) => [
        what,
        {
          image: `decoder.evaluate.${what}`,
          objective: `reward.evaluate.${what}`,
          heldOut: [`held-out.evaluate.${what}`],
        },
      ]),
    ),
    prompts: "preview-prompts",
    handwritten: "ugly",
    count: 2,
    seed: 0,
    show: "scores",
  });
  const negativeOf = (what: string) => {
    const guided = calls[`cfg.evaluate.${what}`]?.inputs["negative"];
    return calls[String(guided)]?.inputs["conditioning"];
  };
  expect(calls[String(negativeOf("null"))]).toMatchObject({ fn: "encode text", settings: { text: "" } });
  expect(calls[String(negativeOf("handcrafted"))]?.settings).toMatchObject({ text: "ugly", promptWeights: "compel" });
  expect(negativeOf("learned")).toBe("negative");
});

test("Save Embedding names the file and spaces the checkpoints", () => {
  const workflow = emoji(set("save", "name", "my negative"), set("save", "every", 5), set("save", "keep", 2));
  expect(programOf(workflow).sinks).toMatchObject({
    save: { kind: "save", parameter: "negative", file: "my negative.safetensors" },
    "save.checkpoints": { kind: "checkpoints", every: 5, keep: 2 },
  });
});

/** On the second branch as on the first. */
function same(name: string): Step {
  return (workflow) => {
    const node = name === "scale" ? "cfg" : "sampler";
    return set(`${node}-2`, name, workflow.graph.nodes[node]?.params[name])(workflow);
  };
}

test("two optimizers learn side by side, each with objective, rate and file of its own", () => {
  const { updates, sinks } = programOf(
    emoji(
      ...secondOptimizer,
      add("save-2", "embedding/save", { name: "second" }),
      wire("optimizer-2.embedding", "save-2.embedding"),
    ),
  );
  expect(updates).toMatchObject({
    optimizer: { objective: "reward", parameters: ["negative"] },
    "optimizer-2": { objective: "reward-2", parameters: ["negative-2"], settings: { learningRate: 0.5, steps: 3 } },
  });
  expect(sinks).toMatchObject({ save: { parameter: "negative" }, "save-2": { file: "second.safetensors" } });
  // Two nodes that say the same of checkpoints agree.
  expect(Object.values(sinks).filter(({ kind }) => kind === "checkpoints")).toHaveLength(1);
});

test("rewards of images that two samplers draw add up to one objective", () => {
  const { updates, calls, sinks } = programOf(
    emoji(
      ...secondBranch,
      wire("negative.embedding", "cfg-2.negative"),
      add("reward-2", "reward/model", { path: "emoji:rewards/preference" }),
      wire("decoder-2.image", "reward-2.image"),
      add("sum", "reward/combine"),
      wire("reward.score", "sum.first"),
      wire("reward-2.score", "sum.second"),
      wire("sum.score", "optimizer.objective"),
    ),
  );
  expect(updates["optimizer"]?.objective).toBe("sum");
  expect(calls["sum"]?.inputs).toEqual({ scores: ["reward", "reward-2"] });
  expect(sinks["preview"]).toMatchObject({ image: "decoder.preview", objective: "sum.preview" });
});

test("a warning does not keep a workflow from running", () => {
  const { program, diagnostics } = compiled(emoji(set("optimizer", "warmup", 50)));
  expect(program).not.toBeNull();
  expect(diagnostics).toMatchObject([
    { severity: "warning", code: "optimizer-warmup", at: { node: "optimizer", param: "warmup" } },
  ]);
});

test("notes, groups and places change nothing", () => {
  const workflow = emoji(add("group", "canvas/group", { title: "Judges" }), set("note", "text", "other words"));
  expect(programOf(workflow)).toEqual(programOf(emoji()));
});

test("WG-5: a muted node counts as if it were not there, a bypassed one hands on what it gets", () => {
  expect(programOf(setMode(emoji(), ["preview"], "muted")).sinks).not.toHaveProperty("preview");
  const combined = emoji(
    add("sum", "reward/combine", { firstWeight: 3 }),
    wire("reward.score", "sum.first"),
    wire("sum.score", "optimizer.objective"),
  );
  expect(programOf(combined).updates["optimizer"]?.objective).toBe("sum");
  expect(programOf(setMode(combined, ["sum"], "bypassed")).updates["optimizer"]?.objective).toBe("reward");
  expect(faultsOf(setMode(combined, ["sum"], "muted"))).toEqual(["input-missing optimizer.objective"]);
});

test("a node that gets nothing because what is wired to it is off is told so", () => {
  const [fault] = compiled(setMode(emoji(), ["cfg"], "bypassed")).diagnostics;
  expect(fault).toMatchObject({
    code: "input-missing",
    at: { node: "sampler", port: "guided" },
    message: "nothing comes to Guided noise, which Sampler needs",
    notes: [{ at: { node: "cfg", port: "guided" }, message: "is wired to it, but bypassed" }],
    help: expect.stringMatching(/^turn that node on, or connect /),
  });
});
