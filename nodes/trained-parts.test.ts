// What can be trained besides a NegEmbedding, and LoRA that are loaded.

import { expect, test } from "vitest";
import { callOf, callsBelow } from "../src-main/common/program/program.ts";
import { add, emoji, load, programOf, set, type Step, trainedLora, wire } from "./testing/emoji-workflow.ts";

test("a LoRA is learned of the UNet, one of the text encoder, and a token embedding, each as it is set", () => {
  const { calls, updates, sinks } = programOf(
    emoji(
      ...trainedLora,
      set("adapted", "targets", "attention, *.proj_in"),
      set("adapted", "alpha", 8),
      add("reader", "model/text-encoder-lora", { start: "old.safetensors", naming: "diffusers", seed: 3 }),
      wire("pipeline.encoder", "reader.encoder"),
      wire("reader.encoder", "encoder.encoder"),
      wire("reader.encoder", "joint.second"),
      add("token", "embedding/token", { name: "bad", count: 2, text: "blurry", around: "ugly, embedding:bad" }),
      wire("pipeline.encoder", "token.encoder"),
      wire("token.embedding", "cfg.negative"),
      wire("token.embedding", "joint.third"),
    ),
  );
  expect(calls).toMatchObject({
    adapted: {
      fn: "lora",
      inputs: { unet: "pipeline.unet" },
      settings: { id: "adapted", rank: 2, alpha: 8, targets: ["attention", "*.proj_in"], naming: "kohya", seed: 0 },
    },
    unet: { inputs: { unet: "adapted" } },
    reader: {
      fn: "text encoder lora",
      inputs: { encoder: "pipeline.encoder" },
      settings: {
        id: "reader",
        rank: 4,
        targets: ["attention"],
        start: "old.safetensors",
        naming: "diffusers",
        seed: 3,
      },
    },
    encoder: { inputs: { encoder: "reader" } },
    token: {
      fn: "token embedding",
      inputs: { encoder: "pipeline.encoder" },
      settings: {
        id: "token",
        name: "bad",
        count: 2,
        text: "ugly, embedding:bad",
        start: { kind: "text", text: "blurry" },
        reading: { promptWeights: "none" },
        naming: "diffusers",
      },
    },
    "cfg.negative": { inputs: { conditioning: "token" } },
  });
  expect(updates["joint"]).toMatchObject({ objective: "reward", parameters: ["adapted", "reader", "token"] });
  expect(sinks["save"]).toMatchObject({ kind: "save", parameter: "adapted" });
});

test("LoRA are loaded one behind the other, into the text encoder where it is connected, and are trained beside", () => {
  const { calls } = programOf(
    emoji(
      add("first", "model/load-lora", { file: "a.safetensors", strength: 0.5 }),
      add("second", "model/load-lora", { file: "b.safetensors" }),
      wire("pipeline.unet", "first.unet"),
      wire("pipeline.encoder", "first.encoder"),
      wire("first.unet", "second.unet"),
      wire("second.unet", "unet.unet"),
      wire("first.encoder", "encoder.encoder"),
    ),
  );
  const settings = { file: "a.safetensors", strength: 0.5 };
  expect(calls).toMatchObject({
    "first.unet": { fn: "load lora", inputs: { unet: "pipeline.unet" }, settings },
    "first.encoder": { fn: "load text encoder lora", inputs: { encoder: "pipeline.encoder" }, settings },
    "second.unet": {
      fn: "load lora",
      inputs: { unet: "first.unet" },
      settings: { file: "b.safetensors", strength: 1 },
    },
    unet: { inputs: { unet: "second.unet" } },
    encoder: { inputs: { encoder: "first.encoder" } },
  });
  expect(calls).not.toHaveProperty("second.encoder");
});

/** Compare of what an optimizer has learned of the parts that are wired to it. */
const compared = (...parts: readonly string[]) => [
  add("other", "input/prompts", { text: "a rocket" }),
  add("shown", "view/compare", { handwritten: "ugly", first: null }),
  wire("other.prompts", "shown.prompts"),
  ...parts.map((part) => wire(`joint.${part}`, "shown.learned")),
];

function conditionsOf(...steps: readonly Step[]) {
  const { calls, sinks } = programOf(emoji(...steps));
  const { shown } = sinks;
  if (shown?.kind !== "comparison") throw new Error("nothing is compared");
  return Object.fromEntries(
    Object.entries(shown.conditions).map(([condition, { image }]) => {
      const below = callsBelow({ calls }, [image]).map((ref) => callOf({ calls }, ref));
      const of = (fn: string) => below.filter((call) => call.fn === fn);
      return [
        condition,
        {
          parameters: below.flatMap(({ fn, settings }) => ("id" in settings ? [fn] : [])),
          negatives: of("encode text").map(({ settings }) => settings["text"]),
          prompts: of("prompts").map(({ settings }) => settings["texts"]),
        },
      ];
    }),
  );
}

test("what was learned is compared with the base model without it, under no negative and a handwritten one", () => {
  const prompts = [["a rocket"]];
  expect(conditionsOf(...trainedLora, ...compared("first"))).toEqual({
    null: { parameters: [], negatives: [""], prompts },
    handcrafted: { parameters: [], negatives: ["ugly"], prompts },
    learned: { parameters: ["lora"], negatives: [""], prompts },
  });
});

test("of several that are learned together, those are left out that are connected, and the encoder is the one without its LoRA", () => {
  const all = [
    ...trainedLora,
    add("reader", "model/text-encoder-lora"),
    wire("pipeline.encoder", "reader.encoder"),
    wire("reader.encoder", "encoder.encoder"),
    wire("reader.encoder", "joint.second"),
    add("token", "embedding/token"),
    wire("reader.encoder", "token.encoder"),
    wire("token.embedding", "cfg.negative"),
    wire("token.embedding", "joint.third"),
  ];
  const learned = ["lora", "text encoder lora", "token embedding"];
  const whole = conditionsOf(...all, ...compared("first", "second", "third"));
  expect(whole["null"]).toMatchObject({ parameters: [], negatives: [""] });
  expect(whole["handcrafted"]).toMatchObject({ parameters: [], negatives: ["ugly"] });
  expect(whole["learned"]?.parameters.toSorted()).toEqual(learned);
  const one = conditionsOf(...all, ...compared("third"));
  expect(one["handcrafted"]?.parameters.toSorted()).toEqual(learned.slice(0, 2));
  expect(one["handcrafted"]?.negatives).toEqual(["ugly"]);
});

test("a token embedding begins as a loaded one", () => {
  const { calls } = programOf(
    emoji(
      ...load("old.safetensors"),
      add("token", "embedding/token"),
      wire("pipeline.encoder", "token.encoder"),
      wire("load.embedding", "token.start"),
      wire("token.embedding", "cfg.negative"),
      wire("token.embedding", "optimizer.parameter"),
    ),
  );
  expect(calls["token"]?.settings).toMatchObject({ start: { kind: "embedding", file: "old.safetensors" } });
  expect(calls["token"]?.settings).not.toHaveProperty("text");
});
