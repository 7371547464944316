// A text on the canvas.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const note = defineNode({
  type: "canvas/note",
  version: 1,
  title: "Note",
  help: "Words for whoever opens the workflow. It changes nothing.",
  synonyms: ["Comment", "Sticky Note", "MarkdownNote", "Text"],
  inputs: {},
  outputs: {},
  params: z.object({
    text: z.string().default("").meta({ label: "Text", help: "What it says.", control: "lines" }),
  }),
  compile: () => ({ outputs: {} }),
});
