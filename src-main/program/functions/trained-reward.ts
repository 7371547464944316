// Rewards that are learned: a head over a CLIP's embeddings, or a LoRA in its towers.

import { z } from "zod";
import { seed } from "../../common/limits.ts";
import { filePath } from "../../common/path-name.ts";
import { headFeatures, headFormat, loraTowers, scoreScale } from "../../common/reward-options.ts";
import { floatTensor } from "../../common/tensor.ts";
import type { Value } from "../../compiler/graph.ts";
import { asClip, type ClipReward } from "../../models/reward/trained/as-clip.ts";
import { headInput, lowerHead } from "../../models/reward/trained/head.ts";
import type { Adapt } from "../../models/scope.ts";
import { storeOf } from "../../parameters/parameter-kind.ts";
import type { RewardLoraSettings } from "../../parameters/reward-lora.ts";
import { defineFunction } from "../function.ts";
import type { Host } from "../host.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedImage, OpenedPrompts, Tensors } from "../values.ts";
import { adaptByTensors } from "./adapt-by-tensors.ts";
import { eachFrame } from "./frame-scores.ts";
import { parameterTensors } from "./parameter-tensors.ts";
import { rewardText } from "./reward-text.ts";

const base = {
  /** Two parameters that begin alike are still two. */
  id: z.string(),
  /** The model that it looks through. */
  path: filePath,
  kind: z.string().exactOptional(),
  score: scoreScale.exactOptional(),
  antialias: z.boolean().exactOptional(),
  /** Of the numbers that it begins with. */
  seed: seed.default(0),
  /** One of the same form to go on from. */
  start: filePath.exactOptional(),
};

export const rewardHead = defineFunction({
  name: "reward head",
  help: "A head over a CLIP's embeddings that is learned.",
  inputs: {},
  output: "reward",
  settings: z.strictObject({
    ...base,
    features: headFeatures.default("image"),
    /** Numbers of the layer between; 0: none. */
    hidden: z.int().min(0).max(4096).default(0),
    /** What a new one says of every image. */
    bias: z.number().default(0),
    format: headFormat.default("reneg"),
  }),
  paths: ["path", "start"],
  infer({ settings: { features, hidden, format }, fault }) {
    if (format === "laion" && (features !== "image" || hidden > 0)) {
      fault({
        code: "reward-format",
        setting: "format",
        message: "LAION's layout holds one linear layer over the image alone",
        help: "choose the image as features and no layer between, or the other format",
      });
    }
    return { state: "trainable" };
  },
  open({ ref, settings, host }) {
    const { id: _, path, kind, score, antialias, ...form } = settings;
    const options = { kind, score, antialias };
    const opened = asClip(host.reward(path, options));
    const { clip } = opened;
    const store = storeOf(host.parameterKinds.rewardHead, opened, { ...form, path, options }, host);
    const tensors = (lowering: Lowering): Tensors =>
      parameterTensors(lowering, "reward", { ref, shapes: store.shapes });
    const isReading = form.features === "image and prompt";
    return {
      ...store,
      ref,
      name: `head of ${opened.name}`,
      base: opened,
      isReading,
      contrast: 1,
      tensors,
      score(lowering, image) {
        const { b } = lowering;
        const embedding = frozenEmbedding(lowering, opened, image, host);
        const { text: prompt } = isReading ? textFeatures(lowering, { opened, image, path, options, host }) : {};
        const own = tensors(lowering);
        if (embedding.shape[1] !== clip.width) throw new Error("an embedding has the width of its CLIP");
        return lowerHead(b, form, headInput(b, embedding, prompt), (name) => present(own, name));
      },
    };
  },
});

export const rewardLora = defineFunction({
  name: "reward lora",
  help: "A LoRA in the towers of a CLIP, whose score is learned.",
  inputs: {},
  output: "reward",
  settings: z.strictObject({
    ...base,
    rank: z.int().min(1).max(1024).default(4),
    /** B·A is added α / rank times; absent: once. */
    alpha: z.number().positive().max(1e6).exactOptional(),
    /** Groups of layers (`attention`, `feed-forward`), or patterns of their paths. */
    targets: z.array(z.string().min(1).max(200)).min(1).max(64).default(["attention"]),
    towers: loraTowers.default("image"),
  }),
  paths: ["path", "start"],
  infer: () => ({ state: "trainable" }),
  open({ ref, settings, host }) {
    const { id: _, path, kind, score, antialias, alpha: asked, ...others } = settings;
    const options = { kind, score, antialias };
    const opened = asClip(host.reward(path, options));
    const alpha = asked ?? others.rank;
    const wanted: RewardLoraSettings = { ...others, alpha, path, options };
    const store = storeOf(host.parameterKinds.rewardLora, opened, wanted, host);
    const tensors = (lowering: Lowering): Tensors =>
      parameterTensors(lowering, "reward", { ref, shapes: store.shapes });
    const adapt = (lowering: Lowering): Adapt => adaptByTensors(tensors(lowering), alpha / others.rank);
    return {
      ...store,
      ref,
      name: `LoRA in ${opened.name}`,
      base: opened,
      isReading: opened.text !== null,
      contrast: opened.clip.contrast,
      tensors,
      score(lowering, image) {
        const asks = { opened, image, path, options, host };
        const features =
          others.towers === "image" ? textFeatures(lowering, asks) : trainedFeatures(lowering, asks, adapt(lowering));
        return opened.score(lowering.b, image.lower(lowering), features, adapt(lowering));
      },
    };
  },
});

/** Of an image that exists it is computed once: the towers below a head are not changed. */
function frozenEmbedding(lowering: Lowering, opened: ClipReward, image: OpenedImage, host: Host): Value {
  const { clip, path } = opened;
  const { example } = image;
  if (example === undefined) return clip.embed(lowering.b, image.lower(lowering));
  return lowering.input(`embedding ${path} ${image.ref}`, [lowering.batch, clip.width], {
    rate: "example",
    examples: example.examples,
    key: `embedding ${path} ${image.ref}`,
    of: async (place) => host.rewardEmbedding(opened, await example.of(place)),
    stage: host.rewardEmbeddingStage(opened),
  });
}

interface Asking {
  readonly opened: ClipReward;
  readonly image: OpenedImage;
  readonly path: string;
  readonly options: object;
  readonly host: Host;
}

function textFeatures(lowering: Lowering, { opened, image, path, options, host }: Asking): Tensors {
  const key = `${path} ${JSON.stringify(options)}`;
  const features = rewardText(lowering, { reward: opened, prompts: promptsOf(image), key, host });
  return eachFrame(lowering.b, features, image.frames);
}

/** With a LoRA in the text tower, which then runs in the graph. */
function trainedFeatures(lowering: Lowering, { opened, image, path }: Asking, adapt: Adapt): Tensors {
  const { b, batch } = lowering;
  const { text } = opened;
  if (text === null) return {};
  const { ref, words } = promptsOf(image);
  const { tokenizer } = text;
  const input = (what: "ids" | "attentionMask"): Value => {
    const numbers = lowering.input(`${what} ${path} ${ref}`, [batch, tokenizer.length], {
      rate: "prompt",
      prompts: ref,
      key: `${what} ${path}`,
      of: async (prompt) =>
        floatTensor([1, tokenizer.length], Float32Array.from(tokenizer.encode(words(prompt))[what])),
    });
    return b.cast(numbers, "int64");
  };
  return eachFrame(b, text.encode(b, input("ids"), input("attentionMask"), adapt), image.frames);
}

function promptsOf({ prompts }: OpenedImage): OpenedPrompts {
  if (prompts === null) throw new Error("a reward that reads was opened without prompts");
  return prompts;
}

function present(tensors: Tensors, name: string): Value {
  const found = tensors[name];
  if (found === undefined) throw new Error(`a head has the tensor ${name}`);
  return found;
}
