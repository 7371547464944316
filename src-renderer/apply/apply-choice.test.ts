import { expect, test } from "vitest";
import type { TargetModel } from "../../src-main/common/target-model.ts";
import { choiceOf, lackOf, requestOf } from "./apply-choice.ts";

const video: TargetModel = {
  path: "emoji:video",
  name: "Emoji video",
  kind: "video",
  draws: "videos",
  origin: "embedded",
  bases: ["emoji"],
  needsBase: true,
  needsPicture: false,
  space: "emoji",
  settings: null,
  sizeStep: 4,
  example: { prompt: "a bouncing apple", picture: null, pictureUrl: null },
  fit: { verdict: "fits" },
};
const steered: TargetModel = {
  ...video,
  path: "emoji:controlnet",
  kind: "controlnet",
  draws: "pictures",
  needsPicture: true,
  example: null,
};

test("a model brings its example, and what was written goes before it", () => {
  const first = choiceOf(video, null);
  expect(first.prompt).toBe("a bouncing apple");
  expect(
    choiceOf({ ...video, example: { prompt: "a spinning car", picture: null, pictureUrl: null } }, first).prompt,
  ).toBe("a spinning car");
  expect(choiceOf(steered, { ...first, prompt: "my own words" }).prompt).toBe("my own words");
});

test("settings that were not touched are left to the program", () => {
  const choice = choiceOf(video, null);
  expect(requestOf(choice, "/n.safetensors")).toEqual({
    embedding: "/n.safetensors",
    to: "emoji:video",
    base: "emoji",
    prompt: "a bouncing apple",
    written: choice.written,
    seed: 0,
  });
  expect(requestOf({ ...choice, changed: { frames: 8, steps: 4 } }, "/n.safetensors")).toMatchObject({
    frames: 8,
    steps: 4,
  });
});

test("how prompts are read stays from one model to the next, and reaches the request", () => {
  const choice = { ...choiceOf(video, null), reading: { longPrompts: "chunks" } as const };
  expect(requestOf(choiceOf(steered, choice), "/n.safetensors")).toMatchObject({ longPrompts: "chunks" });
});

test("settings of one model do not reach the next, nor do frames reach pictures", () => {
  const choice = { ...choiceOf(video, null), changed: { frames: 8 } };
  expect(choiceOf(steered, choice).changed).toEqual({});
  expect(requestOf({ ...choice, model: steered }, "/n.safetensors")).not.toHaveProperty("frames");
});

test("a ControlNet gets the picture, and lacks it until it is chosen", () => {
  const choice = { ...choiceOf(steered, null), prompt: "a cat" };
  expect(lackOf(choice)).toBe("picture");
  const chosen = { ...choice, picture: "/cat.png" };
  expect(lackOf(chosen)).toBeNull();
  expect(requestOf(chosen, "/n.safetensors").controls).toEqual([{ picture: "/cat.png", kind: "canny", scale: 1 }]);
});

test("without a prompt or a base that is needed nothing is drawn", () => {
  const choice = choiceOf(video, null);
  expect(lackOf(choice)).toBeNull();
  expect(lackOf({ ...choice, prompt: " " })).toBe("prompt");
  expect(lackOf({ ...choice, base: null })).toBe("base");
});
