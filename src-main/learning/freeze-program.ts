// A program made definite: every file found, every list of prompts read, and all that is learned saved. A run keeps it so, and later changes of its workflow or of its files do not reach it.

import { resolve } from "node:path";
import type { Diagnostic } from "../common/diagnostic.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import { type Call, type Program, program as programSchema } from "../common/program/program.ts";
import { embeddedPath } from "../models/embedded.ts";
import { atNode } from "../program/at-node.ts";
import type { ProgramFunctions } from "../program/function.ts";
import { programFunctions } from "../program/functions/index.ts";
import { mapPaths } from "../program/program-paths.ts";
import { readPromptFile } from "../texts/prompt-file.ts";
import { withDefaultSinks } from "./default-sinks.ts";

/**
 * @param folder what relative paths are relative to; what comes with the program keeps its name
 * @param warn hears of lists that may have been read wrong, each once
 * @throws Refusal at the node of a list that cannot be read
 */
export function freezeProgram(
  given: Program,
  folder: string,
  warn: (warning: Diagnostic) => void = () => {},
  functions: ProgramFunctions = programFunctions,
): Program {
  const located = mapPaths(withDefaultSinks(given, functions), functions, (path) =>
    isEmbeddedName(path) ? path : resolve(folder, path),
  );
  const lists = new Map<string, readonly string[]>();
  const promptsIn = (file: string): readonly string[] => {
    const known = lists.get(file);
    if (known !== undefined) return known;
    const { prompts, warnings } = readPromptFile(embeddedPath(file) ?? file);
    warnings.forEach(warn);
    lists.set(file, prompts);
    return prompts;
  };
  const calls = Object.entries(located.calls).map(([ref, call]) => [ref, withTexts(call, promptsIn)] as const);
  // Parsed, so that keys come in the schema's order: equal programs give equal files.
  return programSchema.parse({ ...located, calls: Object.fromEntries(calls) });
}

/** A call whose words stand in a file gets them itself. */
function withTexts(call: Call, promptsIn: (file: string) => readonly string[]): Call {
  const { file, first, texts, ...settings } = call.settings;
  if (call.fn !== "prompts" || (typeof file !== "string" && first === undefined)) return call;
  const all =
    typeof file === "string"
      ? atNode(call, () => promptsIn(file), { param: "file" })
      : Array.isArray(texts)
        ? texts
        : [];
  return { ...call, settings: { ...settings, texts: all.slice(0, typeof first === "number" ? first : undefined) } };
}
