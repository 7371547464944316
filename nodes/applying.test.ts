import { expect, test } from "vitest";
import { KNOWN_SPACES } from "../src-main/common/embedding-space.ts";
import { NO_FACTS } from "../src-main/common/workflow-node-type.ts";
import { emoji, faultsOf, recipeOf, set, toControlNets, toVideo, wire } from "./testing/emoji-workflow.ts";

test("what is learned is applied to a video model and to ControlNets when learning has ended", () => {
  const { applications, prompts } = recipeOf(emoji(...toVideo, ...toControlNets));
  const first = Array.isArray(prompts) ? prompts.slice(0, 1) : { ...prompts, first: 1 };
  expect(applications).toMatchObject([
    { name: "film", to: "emoji:video", frames: 4, steps: 5, prompts: first, controls: [], guess: false },
    {
      name: "steered",
      to: "emoji:controlnet",
      size: { width: 128, height: 64 },
      guess: true,
      controls: [
        { picture: "emoji:controlnet/example.png", kind: "canny", scale: 1 },
        { controlnet: "depth", picture: "depth.png", kind: "none", scale: 0.5 },
      ],
    },
  ]);
  expect(applications[1]?.controls[0]).not.toHaveProperty("controlnet");
});

test("an application that makes no sense says why at its node", () => {
  const { clipL, openclipH } = KNOWN_SPACES;
  const facts = { ...NO_FACTS, spaceOfPipeline: () => clipL, spaceOfVideoModel: () => openclipH };
  expect(faultsOf(emoji(...toVideo), facts)).toEqual(["port-space film.model"]);
  expect(faultsOf(emoji(...toControlNets), { ...facts, spaceOfControlNet: () => openclipH })).toContain(
    "port-space steered.controls",
  );
  const unlearned = [...toVideo, wire("negative.embedding", "film.learned")];
  expect(faultsOf(emoji(...unlearned))).toEqual(["embedding-unlearned film.learned"]);
  expect(faultsOf(emoji(...toVideo, set("film", "width", 64)))).toEqual(["size-half film.height"]);
  expect(faultsOf(emoji(...toControlNets.slice(0, -2)))).toEqual(["input-missing steered.controls"]);
});
