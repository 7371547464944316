import { expect, test } from "vitest";
import { embeddedPlace, isEmbeddedName } from "./embedded-name.ts";

test.each([
  ["emoji", "emoji", "pipeline"],
  ["emoji:rewards/held-out", "emoji", "rewards/held-out"],
  ["emoji:controlnet/example.png", "emoji", "controlnet/example.png"],
  ["prompts:parti-prompts.txt", "prompts", "parti-prompts.txt"],
])("%s names what comes with the program", (name, folder, part) => {
  expect(embeddedPlace(name)).toEqual({ folder, part });
});

test.each(["./emoji", "prompts/parti-prompts.txt", "prompts:../../package.json", "emoji:../prompts/a.txt", "prompts:"])(
  "%s is a path like any other",
  (name) => {
    expect(isEmbeddedName(name)).toBe(false);
  },
);
