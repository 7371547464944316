// What another program's workflow or image says about how it was made, and what can be done with it here.

import { agreeing } from "../../common/counted.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { MadeSettings } from "../foreign/made-settings.ts";
import { type Description, fact, type Fact } from "./kind.ts";

export function describeMade(made: MadeSettings, path: string): Description {
  const { prompts, negatives, model, loras, embeddings, sampler, steps, guidance, seed, size } = made;
  const listed = (name: string, values: readonly string[]): Fact[] =>
    values.length === 0 ? [] : [fact(name, values.join("; "))];
  const single = (name: string, value: string | number | undefined): Fact[] =>
    value === undefined ? [] : [fact(name, value)];
  return {
    title: made.source,
    facts: [
      ...listed(agreeing(prompts.length, "prompt", "prompts"), prompts),
      ...listed("negative", negatives),
      ...single("model", model),
      ...listed("LoRA", loras),
      ...listed("embeddings", embeddings),
      ...single("sampler", sampler),
      ...single("steps", steps),
      ...single("guidance", guidance),
      ...single("seed", seed),
      ...single("size", size && `${size.width}×${size.height}`),
    ],
    problems: [foreignWorkflow(made, path)],
  };
}

/** It cannot be trained from, but from what it says a workflow can be made. */
export function foreignWorkflow({ source }: Pick<MadeSettings, "source">, file: string): Diagnostic {
  return {
    severity: "warning",
    code: "workflow-of-other-program",
    at: { file },
    message: `this is a ${source}, which cannot be run here`,
    help: "open it in the editor, or drop it on the canvas: its prompts and settings become a new workflow",
    command: "`reneg serve`",
  };
}
