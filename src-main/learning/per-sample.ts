// A parameter of its own for each prompt that a run asks for it: saved, shown beside the one of all prompts, and scored.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type PerSampleReport, perSampleReport } from "../common/per-sample-report.ts";
import { type Program, type Ref, stepsOf } from "../common/program/program.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import type { SinkOf } from "../common/program/sink.ts";
import type { Update } from "../common/program/update.ts";
import type { RunEvent } from "../common/run-events.ts";
import { parseConfig } from "../models/parse-config.ts";
import { type ContactSheetRow, drawContactSheet } from "../pictures/contact-sheet.ts";
import { writePng } from "../pictures/picture.ts";
import type { Provenance } from "../pictures/provenance.ts";
import { programFunctions } from "../program/functions/index.ts";
import type { OpenedProgram } from "../program/open-program.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";
import { openUpdates } from "./open-updates.ts";
import { originOf } from "./origin.ts";
import { openRefiner, refine, type Refined, type Refiner, type ScoredImages } from "./refine.ts";

export interface PerSampleOptions {
  /** The run's folder; each part gets one in it. */
  readonly folder: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly provenance?: Provenance | undefined;
}

const REPORT = "report.json";

/** @param learned for all prompts. @returns what each part says of its prompts */
export async function refineSamples(
  run: ProgramRun,
  learned: ParameterValues,
  { folder, emit, provenance }: PerSampleOptions,
): Promise<PerSampleReport[]> {
  const reports: PerSampleReport[] = [];
  const { program, open } = run.opened;
  for (const { name, sink } of sinksOfKind(program, "per-sample")) {
    const own = join(folder, name === undefined ? "per-sample" : `per-sample-${name}`);
    const known = readReport(own);
    if (known !== null) {
      reports.push(known);
      continue;
    }
    const update = program.updates[sink.update];
    if (update === undefined) throw new Error(`the program has no optimizer ${sink.update}`);
    const prompts = open(sink.prompts, "prompts").texts;
    reports.push(await refinePrompts(run, { ...sink, update, prompts }, learned, { folder: own, emit, provenance }));
    await emit({ type: "note", message: `an embedding for each of ${prompts.length} prompts: ${own}` });
  }
  return reports;
}

function readReport(folder: string): PerSampleReport | null {
  const file = join(folder, REPORT);
  return existsSync(file) ? parseConfig(perSampleReport, readJson(file), file) : null;
}

export interface PerSamplePart extends Pick<SinkOf<"per-sample">, "count" | "seed" | "steps" | "patience"> {
  /** That goes on, with one prompt in place of all. */
  readonly update: Update;
  readonly prompts: readonly string[];
}

/** @param options `folder`: of this part */
export async function refinePrompts(
  run: ProgramRun,
  part: PerSamplePart,
  learned: ParameterValues,
  { folder, emit, provenance }: PerSampleOptions,
): Promise<PerSampleReport> {
  const { prompts, count, seed, update, steps, patience } = part;
  makeFolder(folder);
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  // What learned for all prompts rests.
  await run.sessions.release();
  const refiner = openPart(run, part);
  const tell = progressReporter("learning embeddings for", emit, { unit: "single prompts" });
  const rows: PerSampleReport["prompts"] = [];
  const shown: ContactSheetRow[] = [];
  await tell(0, prompts.length);
  for (const [i, prompt] of prompts.entries()) {
    const refined = await refine(refiner, prompt, learned, seeds, { steps, patience });
    const file = await save(run, update, { prompt, refined, folder, stem: fileStem(i, prompt), provenance });
    const { start, best } = refined;
    rows.push({ prompt, global: start.score, perSample: best.score, steps: refined.steps, file });
    shown.push(sheetRow(prompt, start, best));
    await tell(i + 1, prompts.length);
  }
  const sheet = { title: "An embedding for each prompt", subtitle: SUBTITLE, columns: COLUMNS, rows: shown };
  await writePng(join(folder, "before-after.png"), await drawContactSheet(sheet));
  // The last: a part with a report is complete, and is kept by a run that goes on.
  const report = perSampleReport.parse({ prompts: rows });
  writeFileAtomically(join(folder, REPORT), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

const NAME = "per-sample";

/** All images of a prompt go through the networks together, and nothing is told of them but what is maximized. */
function openPart(run: ProgramRun, { update, count }: PerSamplePart): Refiner {
  const settings = { ...update.settings, batch: count, microBatch: count };
  const updates = { [NAME]: { ...update, heldOut: [], settings } };
  const opened = openUpdates(withProgram(run, { ...run.opened.program, updates }), { cuts: "auto" }).get(NAME);
  if (opened === undefined) throw new Error("an optimizer was not opened");
  return openRefiner(opened);
}

/** The same calls, opened as they are. */
function withProgram<Holder extends { readonly opened: OpenedProgram }>(run: Holder, program: Program): Holder {
  return { ...run, opened: { ...run.opened, program } };
}

interface Saved {
  readonly prompt: string;
  readonly refined: Refined;
  readonly folder: string;
  readonly stem: string;
  readonly provenance: Provenance | undefined;
}

/** @returns the file of the first parameter */
async function save(
  { opened }: ProgramRun,
  update: Update,
  { prompt, refined, folder, stem, provenance }: Saved,
): Promise<string> {
  const steps = stepsOf(opened.program) + refined.steps;
  const files: string[] = [];
  for (const [i, parameter] of update.parameters.entries()) {
    const file = `${i === 0 ? stem : `${stem}-${parameter}`}.safetensors`;
    const tensors = refined.parameters.get(parameter);
    if (tensors === undefined) throw new Error(`nothing was refined of ${parameter}`);
    const origin = originOf({
      opened: { ...opened, program: ofOnePrompt(opened, update.objective, prompt) },
      functions: programFunctions,
      update: { ...update, settings: { ...update.settings, steps } },
      parameter,
      steps,
      workflow: provenance?.workflow,
    });
    (await opened.parameter(parameter).saver())(join(folder, file), tensors, origin);
    files.push(file);
  }
  return files[0] ?? "";
}

/** What a file says that it was learned for. */
function ofOnePrompt({ program, promptsOf }: OpenedProgram, objective: Ref, prompt: string): Program {
  const own = promptsOf(objective).map(({ ref }) => ref);
  const calls = Object.entries(program.calls).map(([ref, call]) => [
    ref,
    own.includes(ref) ? { ...call, settings: { texts: [prompt] } } : call,
  ]);
  return { ...program, calls: Object.fromEntries(calls) as Program["calls"] };
}

const COLUMNS = ["learned for all", "its own"];
const SUBTITLE = "the same noise across a row; training reward under each picture";

function sheetRow(label: string, start: ScoredImages, best: ScoredImages): ContactSheetRow {
  const isBetter = best.score > start.score;
  const cell = ({ pictures: [picture], scores: [score] }: ScoredImages, isBest: boolean) => {
    if (picture === undefined || score === undefined) throw new Error(`no image of ${label}`);
    return { picture, note: score.toFixed(3), isBest };
  };
  return { label, cells: [cell(start, !isBetter), cell(best, isBetter)] };
}

/** `01-a-red-apple` */
function fileStem(index: number, prompt: string): string {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [String(index + 1).padStart(2, "0"), ...words].join("-").slice(0, 60);
}
