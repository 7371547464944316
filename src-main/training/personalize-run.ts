// An embedding of its own for each prompt that a run asks for it: saved, shown beside the one of all prompts, and judged.

import { join } from "node:path";
import { counted } from "../common/counted.ts";
import { type PerSampleReport, perSampleReport } from "../common/per-sample-report.ts";
import type { RunEvent } from "../common/run-events.ts";
import { parseConfig } from "../models/parse-config.ts";
import { type ContactSheetRow, drawContactSheet } from "../pictures/contact-sheet.ts";
import { writePng } from "../pictures/picture.ts";
import type { Provenance } from "../pictures/provenance.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import { isThere } from "../weights/is-there.ts";
import { readJson } from "../weights/json-file.ts";
import { encodeText } from "./generator.ts";
import { openLearner } from "./open-learner.ts";
import { type Judged, personalize } from "./personalize.ts";
import type { Plan } from "./plan.ts";
import type { Learner } from "./reneg-step.ts";
import { saveEmbedding } from "./save-embedding.ts";

export interface PersonalizeRunOptions {
  /** The run's folder; each part gets one in it. */
  readonly run: string;
  /** In which its learners work. */
  readonly sessions: StageSessions;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly provenance?: Provenance | undefined;
}

const REPORT = "report.json";

type Part = Plan["perSample"][number];

/** @param global [tokens, width]: what was learned for all prompts. @returns what each part says of its prompts */
export async function personalizeRun(
  plan: Plan,
  global: Float32Array,
  options: PersonalizeRunOptions,
): Promise<PerSampleReport[]> {
  const { run, sessions, emit } = options;
  const reports = [];
  for (const part of plan.perSample) {
    const folder = join(run, part.name === undefined ? "per-sample" : `per-sample-${part.name}`);
    const known = readReport(folder);
    if (known !== null) {
      reports.push(known);
      continue;
    }
    makeFolder(folder);
    // What learned for all prompts rests.
    await sessions.release();
    // All pictures of a prompt go through the networks together.
    const own = { ...plan, batch: part.count, microBatch: part.count };
    const { learner } = await openLearner(own, { device: sessions.device, sessions });
    reports.push(await personalizePrompts(own, part, learner, global, folder, options));
    await emit({
      type: "note",
      message: `an embedding for each of ${counted(part.prompts.length, "prompt")}: ${folder}`,
    });
  }
  return reports;
}

function readReport(folder: string): PerSampleReport | null {
  const file = join(folder, REPORT);
  return isThere(file) ? parseConfig(perSampleReport, readJson(file), file) : null;
}

async function personalizePrompts(
  plan: Plan,
  { prompts, count, seed, ...limits }: Part,
  learner: Learner,
  global: Float32Array,
  folder: string,
  { emit, provenance }: PersonalizeRunOptions,
): Promise<PerSampleReport> {
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  const nullText = await encodeText(learner.generator, "");
  const tell = progressReporter("learning embeddings for", emit, { unit: "single prompts" });
  const rows: PerSampleReport["prompts"] = [];
  const shown: ContactSheetRow[] = [];
  await tell(0, prompts.length);
  for (const [i, prompt] of prompts.entries()) {
    const { embedding, start, best, steps } = await personalize(learner, plan, prompt, global, seeds, limits);
    const file = `${fileName(i, prompt)}.safetensors`;
    saveEmbedding(join(folder, file), {
      embedding,
      steps: plan.steps + steps,
      plan: { ...plan, prompts: [prompt] },
      learner,
      nullText,
      workflow: provenance?.workflow,
    });
    rows.push({ prompt, global: start.reward, perSample: best.reward, steps, file });
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

const COLUMNS = ["learned for all", "its own"];
const SUBTITLE = "the same noise across a row; training reward under each picture";

function sheetRow(label: string, start: Judged, best: Judged): ContactSheetRow {
  const isBetter = best.reward > start.reward;
  const cell = ({ pictures: [picture], rewards: [reward] }: Judged, isBest: boolean) => {
    if (picture === undefined || reward === undefined) throw new Error(`no picture of ${label}`);
    return { picture, note: reward.toFixed(3), isBest };
  };
  return { label, cells: [cell(start, !isBetter), cell(best, isBetter)] };
}

/** `01-a-red-apple` */
function fileName(index: number, prompt: string): string {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [String(index + 1).padStart(2, "0"), ...words].join("-").slice(0, 60);
}
