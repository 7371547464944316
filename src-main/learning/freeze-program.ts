// A program made definite: every file found, every list of prompts read, tables of ratings told apart, and all that is learned saved. A run keeps it so, and later changes of its workflow or of its files do not reach it.

import { resolve } from "node:path";
import type { Diagnostic } from "../common/diagnostic.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import { type Call, type Program, program as programSchema } from "../common/program/program.ts";
import { embeddedPath, modelPath } from "../models/embedded.ts";
import { PAIRS } from "../preferences/read-pairs.ts";
import { RATINGS } from "../preferences/read-ratings.ts";
import { tableDigest } from "../preferences/table.ts";
import { atNode } from "../program/at-node.ts";
import type { FrozenFiles, ProgramFunctions } from "../program/function.ts";
import { programFunctions } from "../program/functions/index.ts";
import { mapPaths } from "../program/program-paths.ts";
import { readPromptFile } from "../texts/prompt-file.ts";
import { withDefaultSinks } from "./default-sinks.ts";

/**
 * @param folder what relative paths are relative to; what comes with the program keeps its name
 * @param warn hears of lists that may have been read wrong, each once
 * @throws Refusal at the node of a file that cannot be read
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
  const files = filesToFreeze(warn);
  const calls = Object.entries(located.calls).map(([ref, call]) => [ref, frozen(call, functions, files)] as const);
  // Parsed, so that keys come in the schema's order: equal programs give equal files.
  return programSchema.parse({ ...located, calls: Object.fromEntries(calls) });
}

function frozen(call: Call, functions: ProgramFunctions, files: FrozenFiles): object {
  const definition = functions.get(call.fn);
  if (definition?.freeze === undefined) return call;
  const [param] = definition.paths ?? [];
  const given = definition.settings.parse(call.settings);
  const kept = atNode(call, () => definition.freeze?.(given, files) ?? given, param === undefined ? {} : { param });
  return { ...call, settings: kept };
}

/** Each is read once. */
function filesToFreeze(warn: (warning: Diagnostic) => void): FrozenFiles {
  const lists = new Map<string, readonly string[]>();
  return {
    promptsIn(file) {
      const known = lists.get(file);
      if (known !== undefined) return known;
      const { prompts, warnings } = readPromptFile(embeddedPath(file) ?? file);
      warnings.forEach(warn);
      lists.set(file, prompts);
      return prompts;
    },
    pairsDigest: (source) => tableDigest(modelPath(source), PAIRS),
    ratingsDigest: (source) => tableDigest(modelPath(source), RATINGS),
  };
}
