// Texts to draw, one a line: written into the workflow, or kept in a file.

import { z } from "zod";
import { agreeing, counted } from "../src-main/common/counted.ts";
import { writtenPrompts } from "../src-main/common/prompt-lines.ts";
import { defineNode } from "./define-node.ts";
import { firstOf } from "./first-of.ts";

export const prompts = defineNode({
  type: "input/prompts",
  version: 1,
  title: "Prompts",
  help: "What to draw. Training draws some of the prompts at each step; many different ones teach a negative that helps with any.",
  synonyms: ["Positive Prompt", "Text Prompt", "Prompt List", "Prompts from file or textbox", "String (Multiline)"],
  inputs: {},
  outputs: { prompts: { kind: "prompts", label: "Prompts", help: "All of them, in order." } },
  params: z.object({
    text: z.string().default("").meta({
      label: "Prompts",
      help: "One a line, or a JSON list of texts. Empty lines, and lines that begin with #, are left out.",
      control: "lines",
      empty: "taken from the file",
    }),
    file: z.string().default("").meta({
      label: "File",
      help: "A text file with one prompt a line, or JSON, JSON lines, CSV or TSV with a column prompt, in place of those written here.",
      control: "file",
      offers: "prompts",
      empty: "none",
    }),
    first: z.int().positive().nullable().default(null).meta({
      label: "Limit",
      help: "How many are used, from the first on.",
      empty: "all",
    }),
    dynamic: z.boolean().default(false).meta({
      label: "Dynamic prompts",
      help: "Of {red|green|blue} one is drawn anew for each image and step; of an evaluation or preview, by the prompt's place. A brace that is meant as it stands is written \\{.",
    }),
  }),
  compile({ params: { text, file, first, dynamic }, call, fault }) {
    const lines = writtenPrompts(text);
    if (lines.length > 0 && file !== "") {
      fault({
        code: "prompts-twice",
        param: "file",
        message: `there ${agreeing(lines.length, "is", "are")} ${counted(lines.length, "prompt")} written here, and the file ${file}`,
        help: "remove one of the two; two Prompts nodes can hold both",
      });
    }
    if (lines.length === 0 && file === "") {
      fault({
        code: "prompts-empty",
        param: "text",
        message: "there is no prompt",
        help: "write one prompt a line, or choose a file that holds them",
      });
    }
    const source = { ...(file === "" ? { texts: lines } : { file }), ...(dynamic ? { dynamic } : {}) };
    const settings = first === null ? source : firstOf(source, first);
    return { outputs: { prompts: call("prompts", {}, settings, { params: { texts: "text" } }) } };
  },
});
