// The paths of files that a program names, in the settings of its calls and in its sinks, changed all alike.

import type { Program } from "../common/program/program.ts";
import type { SinkKind } from "../common/program/sink.ts";
import type { ProgramFunctions } from "./function.ts";

const SINK_PATHS: { readonly [Kind in SinkKind]?: readonly string[] } = {
  application: ["to", "base", "controls.*.controlnet", "controls.*.picture"],
};

/** @throws Error for a call of no function */
export function mapPaths(program: Program, functions: ProgramFunctions, change: (path: string) => string): Program {
  const calls = Object.entries(program.calls).map(([ref, call]) => {
    const definition = functions.get(call.fn);
    if (definition === undefined) throw new Error(`the program calls ${call.fn}, which is no function`);
    return [ref, { ...call, settings: changePaths(call.settings, definition.paths ?? [], change) }] as const;
  });
  const sinks = Object.entries(program.sinks).map(
    ([name, sink]) => [name, changePaths(sink, SINK_PATHS[sink.kind] ?? [], change)] as const,
  );
  return { ...program, calls: Object.fromEntries(calls), sinks: Object.fromEntries(sinks) };
}

/** @param paths names of settings; a dot leads into one, and `*` stands for each entry of a list */
export function changePaths<Settings extends object>(
  settings: Settings,
  paths: readonly string[],
  change: (path: string) => string,
): Settings {
  return paths.reduce((changed, path) => changeAt(changed, path.split("."), change) as Settings, settings);
}

/** What is not there, or is no text, stays as it is. */
function changeAt(value: unknown, [key, ...rest]: readonly string[], change: (path: string) => string): unknown {
  if (key === undefined) return typeof value === "string" ? change(value) : value;
  if (Array.isArray(value)) return key === "*" ? value.map((item: unknown) => changeAt(item, rest, change)) : value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: changeAt((value as Readonly<Record<string, unknown>>)[key], rest, change) };
}
