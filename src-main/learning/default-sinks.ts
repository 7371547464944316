// What a run keeps where nobody says so: a file of each parameter, and checkpoints.

import { callOf, type Program } from "../common/program/program.ts";
import { sink, type Sink } from "../common/program/sink.ts";
import type { ProgramFunctions } from "../program/function.ts";

/** Of the first embedding that no sink saves. */
const USUAL_FILE = "negative.safetensors";

export function withDefaultSinks(program: Program, functions: ProgramFunctions): Program {
  const sinks: Record<string, Sink> = { ...program.sinks };
  const saves = Object.values(sinks).flatMap((given) => (given.kind === "save" ? [given] : []));
  const saved = new Set(saves.map(({ parameter }) => parameter));
  // Some systems take files that differ in case for one.
  const taken = new Set(saves.map(({ file }) => file.toLowerCase()));
  for (const parameter of Object.values(program.updates).flatMap(({ parameters }) => parameters)) {
    if (saved.has(parameter)) continue;
    saved.add(parameter);
    const isEmbedding = functions.get(callOf(program, parameter).fn)?.output === "embedding";
    const file = freeName(isEmbedding ? USUAL_FILE : fileOf(parameter), parameter, taken);
    taken.add(file.toLowerCase());
    sinks[`${parameter}.save`] = sink.parse({ kind: "save", parameter, file });
  }
  if (!Object.values(sinks).some(({ kind }) => kind === "checkpoints"))
    sinks["default.checkpoints"] = sink.parse({ kind: "checkpoints" });
  return { ...program, sinks };
}

function freeName(wanted: string, parameter: string, taken: ReadonlySet<string>): string {
  const others = Array.from({ length: taken.size + 1 }, (_, i) => fileOf(parameter, i + 1));
  return [wanted, ...others].find((name) => !taken.has(name.toLowerCase())) ?? wanted;
}

function fileOf(parameter: string, number = 1): string {
  return `${parameter.slice(0, 90)}${number === 1 ? "" : `-${number}`}.safetensors`;
}
