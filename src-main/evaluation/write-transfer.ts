// The report of an embedding on another model: as any evaluation's, with the videos of some prompts in one moving sheet.

import { join } from "node:path";
import type { EvaluationReport } from "../common/evaluation-report.ts";
import { drawContactSheet } from "../pictures/contact-sheet.ts";
import { type Picture, writePng } from "../pictures/picture.ts";
import { videoWriterOf } from "../pictures/write-video.ts";
import { comparisonSheet } from "./comparison-sheet.ts";
import type { TargetEvaluation } from "./evaluate-target.ts";
import { writeReport } from "./write-report.ts";

/** Rows of the sheet. */
const SHOWN = 8;

/** Places of the prompts that the sheet shows: of those that come several times, the first. */
export function shownPlaces(prompts: readonly string[]): ReadonlySet<number> {
  return new Set([...new Set(prompts)].slice(0, SHOWN).map((prompt) => prompts.indexOf(prompt)));
}

/** @param folder exists  @returns what was written: the sheet, moving if the model draws videos; a still of it; the report for people, and for programs */
export async function writeTransfer(
  folder: string,
  report: EvaluationReport,
  { scores, videos }: TargetEvaluation,
  fps: number,
): Promise<string[]> {
  const { handcrafted } = report.settings;
  const shown = scores.filter((_, i) => videos[i]?.length !== 0);
  const sheetOf = (frame: number): Promise<Picture> => {
    const pictures = videos.flatMap((video) => video[frame] ?? []);
    return drawContactSheet(comparisonSheet({ scores: shown, pictures }, handcrafted, SHOWN));
  };
  const count = videos[0]?.length ?? 0;
  const frames: Picture[] = [];
  for (let frame = 0; frame < count; frame++) frames.push(await sheetOf(frame));
  const still = join(folder, "before-after.png");
  const middle = frames[Math.floor(count / 2)];
  if (middle !== undefined) await writePng(still, middle);
  const moving = join(folder, "before-after.webp");
  if (count > 1) {
    const write = await videoWriterOf(moving);
    await write(moving, {
      frames,
      fps,
      parameters: report.settings.command,
      recipe: JSON.stringify(report.settings),
    });
  }
  return [...(count > 1 ? [moving] : []), still, ...writeReport(folder, report)];
}
