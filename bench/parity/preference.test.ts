// The loss of preferences and its gradients, held to PyTorch, transformers and peft: fixtures/preference.safetensors.

import { join } from "node:path";
import { expect, test } from "vitest";
import { elementCount, floatTensor, type FloatTensor, type Shape } from "../../src-main/common/tensor.ts";
import { appendGradient } from "../../src-main/compiler/gradient.ts";
import type { Value } from "../../src-main/compiler/graph.ts";
import { preferenceLoss } from "../../src-main/program/functions/preference-loss.ts";
import { scoreByReward } from "../../src-main/program/functions/score-by-reward.ts";
import { rewardHead, rewardLora } from "../../src-main/program/functions/trained-reward.ts";
import { Lowering } from "../../src-main/program/lowering.ts";
import { given } from "../../src-main/program/testing/compute.ts";
import { open } from "../../src-main/program/testing/given-values.ts";
import { relativeError, runGraph } from "../../src-main/program/testing/run-lowered.ts";
import type { OpenedExamples, OpenedImage, OpenedReward, OpenedParameter } from "../../src-main/program/values.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";

const FIXTURE = join(import.meta.dirname, "fixtures/preference.safetensors");
const BASE = "emoji:rewards/held-out";
const PROMPTS = ["a red apple", "a rocket on a blue background"];
const SAID = [1, 0.5];
const SIDE = 48;
const LIMIT = 1e-4;

/** As make_preference_fixture.py has it. */
function pattern(shape: Shape, offset: number, scale = 1): FloatTensor {
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(0.7 * i + offset) * scale),
  );
}

function image(name: string): OpenedImage {
  return {
    ref: name,
    size: { height: SIDE, width: SIDE },
    frames: 1,
    prompts: { ref: "pairs", texts: PROMPTS, words: (text) => text },
    lower: given(name, [2, 3, SIDE, SIDE]),
  };
}

const pairs: OpenedExamples = {
  of: "pair",
  ref: "pairs",
  places: [0, 1],
  textOf: (place) => PROMPTS[place] ?? "",
  said: (place) => SAID[place] ?? NaN,
  image: () => Promise.reject(new Error("images are given")),
};

async function lossOf(reward: OpenedReward & OpenedParameter, values: Readonly<Record<string, FloatTensor>>) {
  const scored = (which: string) => open(scoreByReward, { image: image(which), reward }, {}, `score ${which}`);
  const { lower } = open(preferenceLoss, { pairs, better: scored("better"), worse: scored("worse") }, {});
  const lowering = new Lowering({ batch: 2, samplerEntry: () => ({ kind: "given" }) });
  const { b } = lowering;
  const objective = lower(lowering);
  b.output("objective", objective);
  const names = Object.keys(reward.shapes);
  const tensors = reward.tensors(lowering);
  const targets = names.map((name): Value => {
    const found = tensors[name];
    if (found === undefined) throw new Error(`there is no tensor ${name}`);
    return found;
  });
  const cotangent = b.constant("float32", [2], [1, 1]);
  for (const [i, gradient] of appendGradient(b, [{ value: objective, cotangent }], targets).entries())
    if (gradient !== null) b.output(`gradient ${names[i]}`, gradient);
  const feeds: Record<string, FloatTensor> = {
    better: pattern([2, 3, SIDE, SIDE], 1),
    worse: pattern([2, 3, SIDE, SIDE], 2),
  };
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "parameter") feeds[name] = values[feed.tensor] ?? floatTensor([], [NaN]);
    if (feed.rate === "prompt") feeds[name] = join2(await Promise.all(PROMPTS.map(feed.of)));
    if (feed.rate === "example") feeds[name] = join2(await Promise.all(pairs.places.map(feed.of)));
  }
  return runGraph(b, feeds);
}

function join2(rows: readonly FloatTensor[]): FloatTensor {
  const [first] = rows;
  return floatTensor(
    [rows.length, ...(first?.shape.slice(1) ?? [])],
    Float32Array.from(rows.flatMap(({ data }) => [...data])),
  );
}

const expected = readTensors(FIXTURE) as Record<string, FloatTensor>;

test("the gradient to a LoRA in both towers of a CLIP is that of PyTorch and peft", async () => {
  const settings = { id: "r", path: BASE, rank: 2, alpha: 4, towers: "image and prompt" } as const;
  const reward = open(rewardLora, {}, settings);
  /** As PEFT calls a factor of ours. */
  const names = new Map(
    Object.keys(reward.shapes).map((name) => [
      name,
      name.replace(/\.down$/, ".lora_A.weight").replace(/\.up$/, ".lora_B.weight"),
    ]),
  );
  const order = [...names.values()].toSorted();
  const values = Object.fromEntries(
    [...names].map(([name, peft]) => [name, pattern(reward.shapes[name] ?? [], order.indexOf(peft), 0.2)]),
  );
  const found = await lossOf(reward, values);
  expect(relativeError(found["objective"], expected["lora.objective"])).toBeLessThan(LIMIT);
  expect(names.size).toBe(Object.keys(expected).filter((name) => name.includes("lora_")).length);
  for (const [name, peft] of names)
    expect(relativeError(found[`gradient ${name}`], expected[`lora.${peft}`]), name).toBeLessThan(LIMIT);
});

test("the gradient to a head of two layers over image and prompt is that of PyTorch", async () => {
  const settings = { id: "r", path: BASE, features: "image and prompt", hidden: 3 } as const;
  const reward = open(rewardHead, {}, settings);
  const names = Object.keys(reward.shapes);
  const values = Object.fromEntries(names.map((name, k) => [name, pattern(reward.shapes[name] ?? [], k, 2)]));
  const found = await lossOf(reward, values);
  expect(relativeError(found["objective"], expected["head.objective"])).toBeLessThan(LIMIT);
  for (const name of names) {
    const [ours, theirs] = [found[`gradient ${name}`], expected[`head.${name}`]];
    // What is the same of both images cancels: the bias of the last layer, and of the first where both are on.
    const largest = (tensor: FloatTensor | undefined) => Math.max(...(tensor?.data ?? [NaN]).map(Math.abs));
    if (largest(theirs) < 1e-6) expect(largest(ours), name).toBeLessThan(1e-6);
    else expect(relativeError(ours, theirs), name).toBeLessThan(LIMIT);
  }
});
