// What a run keeps where nobody says so: a file of each parameter, and checkpoints.

import { callOf, type Program, type Ref } from "../common/program/program.ts";
import type { SavedEnding } from "../common/program/saved-name.ts";
import { sink, type Sink } from "../common/program/sink.ts";
import type { ProgramFunctions } from "../program/function.ts";

/** Of the first embedding that no sink saves. */
const USUAL_NAME = "negative";

export function withDefaultSinks(program: Program, functions: ProgramFunctions): Program {
  const sinks: Record<string, Sink> = { ...program.sinks };
  const saves = Object.values(sinks).flatMap((given) => (given.kind === "save" ? [given] : []));
  const saved = new Set(saves.map(({ parameter }) => parameter));
  // Some systems take files that differ in case for one.
  const taken = new Set(saves.map(({ file }) => file.toLowerCase()));
  for (const parameter of Object.values(program.updates).flatMap(({ parameters }) => parameters)) {
    if (saved.has(parameter)) continue;
    saved.add(parameter);
    const { fn, settings } = callOf(program, parameter);
    const definition = functions.get(fn);
    const ending = definition?.fileEnding?.(definition.settings.parse(settings)) ?? ".safetensors";
    const wanted = definition?.output === "embedding" ? `${USUAL_NAME}${ending}` : nameOf(parameter, ending);
    const file = freeName(wanted, parameter, ending, taken);
    taken.add(file.toLowerCase());
    sinks[`${parameter}.save`] = sink.parse({ kind: "save", parameter, file });
  }
  if (!Object.values(sinks).some(({ kind }) => kind === "checkpoints"))
    sinks["default.checkpoints"] = sink.parse({ kind: "checkpoints" });
  return { ...program, sinks };
}

function freeName(wanted: string, parameter: Ref, ending: SavedEnding, taken: ReadonlySet<string>): string {
  const others = Array.from({ length: taken.size + 1 }, (_, i) => nameOf(parameter, ending, i + 1));
  return [wanted, ...others].find((name) => !taken.has(name.toLowerCase())) ?? wanted;
}

function nameOf(parameter: Ref, ending: SavedEnding, number = 1): string {
  return `${parameter.slice(0, 90)}${number === 1 ? "" : `-${number}`}${ending}`;
}
