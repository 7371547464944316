// What is shown of a run, out of the program that it keeps, or of the plan of an earlier version.

import { z } from "zod";
import {
  callOf,
  callsBelow,
  leadOf,
  type Program,
  program as programSchema,
  type Ref,
  stepsOf,
} from "../common/program/program.ts";
import { promptTexts } from "../common/program/prompt-texts.ts";
import { savedName } from "../common/program/saved-name.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";

export interface ShownRun {
  /** The model that is learned with, as the run names it. */
  readonly pipeline: string;
  readonly steps: number;
  /** The steps of each, by its node; of a run of an earlier version its only one. */
  readonly optimizers: Readonly<Record<string, number>>;
  /** Of what the leading optimizer learns. */
  readonly saveAs: string;
  /** Names are empty where there is one of a kind. */
  readonly previews: readonly { readonly name: string; readonly prompts: readonly string[]; readonly seed: number }[];
  readonly evaluations: readonly string[];
  readonly perSample: readonly string[];
}

/** @throws Error if the text is no program */
export function shownOfProgram(text: string): ShownRun {
  const program = programSchema.parse(JSON.parse(text));
  const { update } = leadOf(program);
  const saves = sinksOfKind(program, "save").map(({ sink }) => sink);
  const own = saves.find(({ parameter }) => update.parameters.includes(parameter));
  return {
    pipeline: pipelineOf(program, update.objective),
    steps: stepsOf(program),
    optimizers: Object.fromEntries(Object.entries(program.updates).map(([name, own]) => [name, own.settings.steps])),
    saveAs: own?.file ?? "",
    previews: sinksOfKind(program, "preview").map(({ name = "", sink: { prompts, count, seed } }) => ({
      name,
      prompts: promptTexts(callOf(program, prompts))?.slice(0, count) ?? [],
      seed,
    })),
    evaluations: sinksOfKind(program, "comparison").map(({ name = "" }) => name),
    perSample: sinksOfKind(program, "per-sample").map(({ name = "" }) => name),
  };
}

function pipelineOf(program: Program, objective: Ref): string {
  const unet = callsBelow(program, [objective])
    .map((ref) => callOf(program, ref))
    .findLast(({ fn }) => fn === "unet");
  const path = unet?.settings["path"];
  return typeof path === "string" ? path : "";
}

const namedEntries = z.array(z.object({ name: z.string().default("") }));

const shownPlan = z.object({
  pipeline: z.string(),
  steps: z.int(),
  saveAs: savedName,
  prompts: z.array(z.string()),
  previews: z.array(
    z.object({ name: z.string().default(""), prompts: z.array(z.string()).optional(), seed: z.int().default(0) }),
  ),
  evaluations: namedEntries,
  perSample: namedEntries.default([]),
});

/** Prompts of a preview that names none. */
const USUAL_PROMPTS = 4;

/** @throws Error if the text is no plan */
export function shownOfPlan(text: string): ShownRun {
  const { prompts: all, previews, evaluations, perSample, ...plan } = shownPlan.parse(JSON.parse(text));
  return {
    ...plan,
    optimizers: { optimizer: plan.steps },
    previews: previews.map(({ prompts = all.slice(0, USUAL_PROMPTS), ...preview }) => ({ ...preview, prompts })),
    evaluations: evaluations.map(({ name }) => name),
    perSample: perSample.map(({ name }) => name),
  };
}
