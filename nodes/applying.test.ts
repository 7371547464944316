import { expect, test } from "vitest";
import { KNOWN_SPACES } from "../src-main/common/embedding-space.ts";
import { NO_FACTS } from "../src-main/common/workflow-node-type.ts";
import { emoji, faultsOf, programOf, set, toControlNets, toVideo, wire } from "./testing/emoji-workflow.ts";

test("what is learned is applied to a video model and to ControlNets when training has ended", () => {
  const { sinks, calls } = programOf(emoji(...toVideo, ...toControlNets));
  expect(sinks["moving"]).toMatchObject({
    kind: "application",
    parameter: "negative",
    to: "emoji:video",
    frames: 4,
    steps: 5,
    prompts: "moving.prompts",
    controls: [],
    guess: false,
  });
  expect(sinks["steered"]).toMatchObject({
    kind: "application",
    parameter: "negative",
    to: "emoji:controlnet",
    size: { width: 128, height: 64 },
    guess: true,
    // The same prompt as for the video.
    prompts: "moving.prompts",
    controls: [
      { picture: "emoji:controlnet/example.png", kind: "canny", scale: 1 },
      { controlnet: "depth", picture: "depth.png", kind: "none", scale: 0.5 },
    ],
  });
  expect(sinks).not.toHaveProperty("steered.controls.0.controlnet");
  expect(calls["moving.prompts"]?.settings).toEqual({ file: "emoji:prompts/train.txt", first: 1 });
});

test("an application that makes no sense says why at its node", () => {
  const { clipL, openclipH } = KNOWN_SPACES;
  const facts = { ...NO_FACTS, spaceOfPipeline: () => clipL, spaceOfVideoModel: () => openclipH };
  expect(faultsOf(emoji(...toVideo), facts)).toEqual(["port-space moving.model"]);
  expect(faultsOf(emoji(...toControlNets), { ...facts, spaceOfControlNet: () => openclipH })).toContain(
    "port-space steered.controls",
  );
  const unlearned = [...toVideo, wire("negative.embedding", "moving.learned")];
  expect(faultsOf(emoji(...unlearned))).toEqual(["embedding-unlearned moving.learned"]);
  expect(faultsOf(emoji(...toVideo, set("moving", "width", 64)))).toEqual(["size-half moving.height"]);
});

test("without a ControlNet images are drawn by the base model, or by the pipeline that is learned with", () => {
  const alone = toControlNets.slice(0, -2);
  const drawn = { kind: "application", parameter: "negative", controls: [] };
  expect(programOf(emoji(...alone)).sinks["steered"]).toMatchObject({ ...drawn, to: "emoji" });
  expect(programOf(emoji(...alone, set("steered", "base", "sd15"))).sinks["steered"]).toMatchObject({
    ...drawn,
    to: "sd15",
  });
});
