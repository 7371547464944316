// The row of per-sample embeddings: each of the first prompts that nothing was learned from gets its own, and is scored with it.

import { join } from "node:path";
import type { EvaluationReport } from "../../src-main/common/evaluation-report.ts";
import { leadOf } from "../../src-main/common/program/program.ts";
import { readEmbedding } from "../../src-main/embeddings/embedding-file.ts";
import type { Conditions } from "../../src-main/evaluation/compare-images.ts";
import { summarise } from "../../src-main/evaluation/evaluation-report.ts";
import { refinePrompts } from "../../src-main/learning/per-sample.ts";
import { type Picture, writePng } from "../../src-main/pictures/picture.ts";
import { drawImages } from "../../src-main/sampling/draw-images.ts";
import type { ParameterValues } from "../../src-main/sampling/moment.ts";
import type { ProgramRun } from "../../src-main/sampling/program-run.ts";
import { scoreDrawn } from "../../src-main/sampling/scored-image.ts";

/** How many prompts get one. */
export const OWN = 32;

export interface PerSampleCost {
  readonly report: EvaluationReport;
  readonly processorSeconds: number;
  readonly memoryMB: number;
}

interface Parts {
  readonly run: ProgramRun;
  readonly conditions: Conditions;
  readonly learned: ParameterValues;
  /** Of what was learned for all prompts. */
  readonly report: EvaluationReport;
  /** The run's. */
  readonly folder: string;
  readonly seed: number;
}

export async function perSampleReportOf({
  run,
  conditions,
  learned,
  report,
  folder,
  seed,
}: Parts): Promise<PerSampleCost> {
  const { update } = leadOf(run.opened.program);
  const [parameter = ""] = update.parameters;
  const prompts = report.prompts.slice(0, OWN);
  const own = join(folder, "per-sample");
  const before = process.cpuUsage();
  const part = { update, prompts, count: 1, seed, steps: 10, patience: 3 };
  const refined = await refinePrompts(run, part, learned, { folder: own, emit: () => Promise.resolve() });
  const { user, system } = process.cpuUsage(before);
  const memoryMB = process.resourceUsage().maxRSS / 1024;
  const scores: EvaluationReport["scores"] = report.scores.filter(
    ({ condition, prompt }) => condition !== "learned" && prompts.includes(prompt),
  );
  for (const [place, { prompt, file }] of refined.prompts.entries()) {
    const { conditioning } = readEmbedding(join(own, file));
    const parameters = new Map([[parameter, { context: conditioning }]]);
    const requests = [{ prompt, seed, place: report.prompts.indexOf(prompt) }];
    const pictures: readonly Picture[] = await drawImages(conditions.learned.drawer, requests, { parameters });
    const found = await scoreDrawn(conditions.learned, pictures, requests, { parameters, withHeldOut: true });
    const [heldOut = []] = found.heldOut.values();
    scores.push({ condition: "learned", prompt, seed, train: found.objective?.[0] ?? NaN, heldOut: heldOut[0] ?? NaN });
    const [picture] = pictures;
    if (picture !== undefined) await writePng(join(own, `${String(place + 1).padStart(3, "0")}.png`), picture, {});
  }
  const { settings, seconds, peakMemoryMB } = report;
  // For each prompt, beside what was learned for all.
  const processorSeconds = (user + system) / 1e6 / prompts.length;
  return { report: summarise({ scores, settings, seconds, peakMemoryMB }), processorSeconds, memoryMB };
}
