// A frame around nodes that belong together.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const group = defineNode({
  type: "canvas/group",
  version: 1,
  title: "Group",
  help: "Keeps nodes together under a title. It changes nothing; which nodes lie in it is part of the view.",
  synonyms: ["Frame", "Box", "Subgraph"],
  inputs: {},
  outputs: {},
  params: z.object({ title: z.string().default("").meta({ label: "Title", help: "What the nodes are for." }) }),
  compile: () => ({ outputs: {} }),
});
