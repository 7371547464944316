// A ControlNet and the picture that it makes a pipeline follow.

import { z } from "zod";
import { controlKind } from "../src-main/common/applying.ts";
import { defineNode } from "./define-node.ts";

export const controlnet = defineNode({
  type: "model/controlnet",
  version: 1,
  title: "ControlNet",
  help: "Makes a pipeline follow an image: its edges, a pose, a depth. Several can steer at once.",
  synonyms: ["Load ControlNet Model", "ControlNetLoader", "Canny", "OpenPose", "Depth Map"],
  inputs: {},
  outputs: { control: { kind: "control", label: "Control", help: "The ControlNet, with its image." } },
  params: z.object({
    path: z.string().min(1, "no ControlNet is chosen").default("emoji:controlnet").meta({
      label: "ControlNet",
      help: "Its folder or file, or the small one that comes with the program.",
      control: "folder",
      offers: "controlnet",
    }),
    picture: z.string().min(1, "no image is chosen").default("emoji:controlnet/example.png").meta({
      label: "Image",
      help: "What it follows.",
      control: "file",
      offers: "image",
    }),
    kind: controlKind.default("canny").meta({
      label: "Preprocessor",
      help: "canny draws the edges of the image first; with none it is a map already: edges, a pose, a depth.",
    }),
    scale: z.number().min(0).max(10).default(1).meta({
      label: "Strength",
      step: 0.1,
      help: "How much it steers; 0 leaves the pipeline alone.",
    }),
  }),
  tags({ path }, { spaceOfControlNet }) {
    const space = spaceOfControlNet(path);
    return space === undefined ? {} : { space };
  },
  compile: ({ params, call }) => ({ outputs: { control: call("controlnet", {}, params) } }),
});
