import { expect, test } from "vitest";
import { host, open } from "../testing/given-values.ts";
import { rewardHead, rewardLora } from "./trained-reward.ts";

const BASE = "emoji:rewards/held-out";

test("rewards over one base read prompts and look at images by the same sessions", () => {
  const head = open(rewardHead, {}, { id: "a", path: BASE, features: "image and prompt" });
  const lora = open(rewardLora, {}, { id: "b", path: BASE });
  expect(host.rewardTextStage(lora.base)).toBe(host.rewardTextStage(head.base));
  expect(host.rewardEmbeddingStage(lora.base)).toBe(host.rewardEmbeddingStage(head.base));
});
