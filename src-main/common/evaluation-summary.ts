// An evaluation in a few lines of text, for the terminal.

import type { EvaluationReport } from "./evaluation-report.ts";
import { differenceTable, perSampleTable, printTable, rewardTable } from "./evaluation-tables.ts";
import { evaluationVerdict } from "./evaluation-verdict.ts";

/** Tables, then what they mean. */
export function evaluationSummary(report: EvaluationReport): string {
  const { prompts, seeds } = report;
  const images = seeds.length === 1 ? "one image each" : `${seeds.length} images each`;
  const own = perSampleTable(report);
  return [
    `${prompts.length} prompts never trained on, ${images}`,
    printTable(rewardTable(report)),
    printTable(differenceTable(report)),
    ...(own ? [printTable(own)] : []),
    evaluationVerdict(report).join("\n"),
  ].join("\n\n");
}
