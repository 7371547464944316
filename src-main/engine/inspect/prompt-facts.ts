// A list of prompts, as a run would read it.

import { readPromptFile } from "../../texts/prompt-file.ts";
import { type Description, fact, type File } from "./kind.ts";

export function describePrompts({ path }: File): Description {
  const { prompts, warnings } = readPromptFile(path);
  const repeated = prompts.length - new Set(prompts).size;
  return {
    facts: [
      fact("prompts", prompts.length),
      ...(repeated === 0 ? [] : [fact("repeated", repeated)]),
      fact("first", prompts[0] ?? ""),
      fact("last", prompts.at(-1) ?? ""),
    ],
    problems: warnings,
  };
}
