import { expect, it } from "vitest";
import type { PreviewPicture } from "../../../src-main/common/studio/run.ts";
import { sharedImages } from "./shared-images.ts";

const preview = (step: number, prompts: readonly string[], seed = 0): PreviewPicture => ({
  name: "",
  step,
  url: `${step}.png`,
  prompts: [...prompts],
  seed,
  rewards: [],
  gap: 2,
});

it("the newest images of the same prompt and seed stand side by side, in the order of the runs", () => {
  const runs = [
    { previews: [preview(0, ["cat", "dog"]), preview(10, ["cat", "dog"])] },
    { previews: [preview(20, ["cat"])] },
    { previews: [preview(5, ["dog"], 1)] },
  ];
  const found = sharedImages(runs);
  expect(found.map(({ prompt, seed }) => [prompt, seed])).toEqual([
    ["cat", 0],
    ["dog", 1],
  ]);
  expect(found[0]?.images.map((image) => image?.preview.step)).toEqual([10, 20, undefined]);
  expect(found[1]?.images.map((image) => image && [image.preview.step, image.index])).toEqual([
    [10, 1],
    undefined,
    [5, 0],
  ]);
});

it("another seed is another image", () => {
  expect(sharedImages([{ previews: [preview(1, ["cat"])] }, { previews: [preview(1, ["cat"], 7)] }])).toEqual([]);
});
