// Finds out what the UNets of a program predict, noise or velocity, where neither a config nor the user tells.

import type { Program } from "../common/program/program.ts";
import type { ProgramFunctions } from "../program/function.ts";
import { pipelineChoice } from "../program/functions/pipeline-parts.ts";
import { resolvePrediction, type ResolveOptions } from "./resolve-prediction.ts";

/** The same program, with `prediction` filled in for every part of such a pipeline: its parts are then opened as one. */
export async function resolvePredictions(
  program: Program,
  functions: ProgramFunctions,
  options: ResolveOptions,
): Promise<Program> {
  const found = new Map<string, object>();
  for (const { fn, settings } of Object.values(program.calls)) {
    if (functions.get(fn)?.output !== "unet") continue;
    const { data: choice } = pipelineChoice.safeParse(settings);
    if (choice === undefined || found.has(keyOf(settings))) continue;
    const { path, ...rest } = choice;
    const { prediction } = await resolvePrediction({ pipeline: path, ...rest }, options);
    if (prediction !== undefined) found.set(keyOf(settings), { ...settings, prediction });
  }
  const calls = Object.entries(program.calls).map(([ref, call]) => {
    const settings = found.get(keyOf(call.settings));
    return [ref, settings === undefined ? call : { ...call, settings }] as const;
  });
  return { ...program, calls: Object.fromEntries(calls) as Program["calls"] };
}

function keyOf(settings: object): string {
  return JSON.stringify(settings);
}
