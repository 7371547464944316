import { describe, expect, test } from "vitest";
import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { given } from "../testing/compute.ts";
import { givenPrompts, host, open } from "../testing/given-values.ts";
import { patternTensor, runLowered } from "../testing/run-lowered.ts";
import type { OpenedImage } from "../values.ts";
import { scoreByReward } from "./score-by-reward.ts";
import { rewardHead, rewardLora } from "./trained-reward.ts";

const BASE = "emoji:rewards/held-out";

test("rewards over one base read prompts and look at images by the same sessions", () => {
  const head = open(rewardHead, {}, { id: "a", path: BASE, features: "image and prompt" });
  const lora = open(rewardLora, {}, { id: "b", path: BASE });
  expect(host.rewardTextStage(lora.base)).toBe(host.rewardTextStage(head.base));
  expect(host.rewardEmbeddingStage(lora.base)).toBe(host.rewardEmbeddingStage(head.base));
});

describe("of a video the score is the mean over its frames", () => {
  const pixels = [4, 3, 64, 64];
  const video: OpenedImage = {
    ref: "video",
    size: { height: 64, width: 64 },
    frames: 2,
    prompts: givenPrompts("prompts"),
    lower: given("pixels", pixels),
  };
  test.each([
    ["a head that reads", open(rewardHead, {}, { id: "a", path: BASE, features: "image and prompt" }, "reward")],
    ["a LoRA beside the frozen text tower", open(rewardLora, {}, { id: "b", path: BASE }, "reward")],
    ["a LoRA in both towers", open(rewardLora, {}, { id: "c", path: BASE, towers: "image and prompt" }, "reward")],
  ])("%s", async (_, reward) => {
    const feeds: Record<string, FloatTensor> = { pixels: patternTensor(pixels) };
    const { score, each } = await runLowered(
      (lowering) => {
        const score = open(scoreByReward, { image: video, reward }, {}, "score").lower(lowering);
        const each = reward.score(lowering, video);
        for (const [name, { rate }] of lowering.feeds) {
          const { shape } = lowering.b.value(name);
          if (rate === "parameter") feeds[name] = patternTensor(shape);
          // Ids of tokens, or what the frozen tower made of them: of the two videos not the same.
          if (rate === "prompt")
            feeds[name] = floatTensor(
              shape,
              patternTensor(shape).data.map((n) => Math.abs(n)),
            );
        }
        return { score, each };
      },
      feeds,
      { batch: 2 },
    );
    const [a = NaN, b = NaN, c = NaN, d = NaN] = each?.data ?? [];
    expect(new Set([a, b, c, d]).size).toBe(4);
    expect(score?.shape).toEqual([2]);
    expect(score?.data[0]).toBeCloseTo((a + b) / 2, 4);
    expect(score?.data[1]).toBeCloseTo((c + d) / 2, 4);
  });
});
