// The report of an evaluation as files: `report.json` for programs, `report.md` for people.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { evaluationReport, type EvaluationReport } from "../common/evaluation-report.ts";
import { differenceTable, perSampleTable, rewardTable, type TextTable } from "../common/evaluation-tables.ts";
import { evaluationVerdict } from "../common/evaluation-verdict.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";

/** What the report shows or links where it lies in the same folder. */
const BESIDE = {
  beforeAfter: "before-after.png",
  rewardCurve: "reward.svg",
  embedding: "negative.safetensors",
} as const;

/**
 * Write both into a folder that exists; gives their paths, the one for people first. Pictures already there under the names
 * `before-after.png` and `reward.svg` are shown. A full disk or an unwritable folder is refused.
 */
export function writeReport(folder: string, report: EvaluationReport): readonly string[] {
  const [markdown, json] = [join(folder, "report.md"), join(folder, "report.json")];
  const beside = Object.values(BESIDE).filter((name) => existsSync(join(folder, name)));
  const content = JSON.stringify(evaluationReport.parse(report), null, 2);
  writeFileAtomically(markdown, reportMarkdown(report, beside));
  writeFileAtomically(json, `${content}\n`);
  return [markdown, json];
}

function reportMarkdown(report: EvaluationReport, beside: readonly string[]): string {
  const own = perSampleTable(report);
  const has = (name: string): boolean => beside.includes(name);
  const sections = [
    "# What was learned, and what it is worth",
    evaluationVerdict(report).join("\n"),
    markdownTable(rewardTable(report)),
    markdownTable(differenceTable(report)),
    describeEvidence(report),
    ...(has(BESIDE.beforeAfter)
      ? ["## Before and after", `![Pictures by prompt and negative](${BESIDE.beforeAfter})`]
      : []),
    ...(has(BESIDE.rewardCurve) ? ["## Reward while learning", `![Reward by step](${BESIDE.rewardCurve})`] : []),
    ...(own ? ["## An embedding for each prompt", describePerSample(), markdownTable(own)] : []),
    "## Settings",
    markdownTable(settingsTable(report)),
    "## To make this report again",
    codeBlock(report.settings.command),
    ...(has(BESIDE.embedding) ? [`What was learned is [${BESIDE.embedding}](${BESIDE.embedding}).`] : []),
    "## Prompts",
    report.prompts.map((prompt) => `- ${escapeMarkdown(prompt)}`).join("\n"),
  ];
  return `${sections.join("\n\n")}\n`;
}

function describeEvidence({ prompts, seeds, scores }: EvaluationReport): string {
  return [
    `Measured on ${prompts.length} prompts that were never trained on, each drawn from ${printSeeds(seeds)}: ${scores.length} images in all.`,
    "A pair is the same prompt and seed under two conditions; a tie counts as half a win.",
    "Intervals are paired bootstraps over prompts (10,000 resamples, 95 %).",
  ].join("\n");
}

function describePerSample(): string {
  return "Training reward of a prompt with the global embedding, and with one learned further for that prompt alone.";
}

function settingsTable({ settings, others = [], seconds, peakMemoryMB }: EvaluationReport): TextTable {
  const { pipeline, rewards, handcrafted, steps, guidance, scheduler, device, learning } = settings;
  return [
    ["setting", "value"],
    ["pipeline", pipeline],
    ["training reward", rewards.train],
    ["held-out reward", [rewards.heldOut, ...others.map(({ name }) => name)].join(", ")],
    ["handwritten negative", handcrafted],
    ["sampler", `${scheduler}, ${steps} steps, guidance ${guidance}`],
    ...(learning?.parameters === undefined ? [] : [["learned", learning.parameters.join(", ")]]),
    ...(learning ? [["learning", describeLearning(learning)]] : []),
    ["device", device],
    ["time", `${Math.round(seconds)} s`],
    ["peak memory", `${Math.round(peakMemoryMB)} MB`],
  ];
}

function describeLearning(learning: NonNullable<EvaluationReport["settings"]["learning"]>): string {
  const { prompts, steps, batch, optimizer, learningRate, seed } = learning;
  return `${steps} steps of ${batch} images over ${prompts} prompts, ${optimizer}, learning rate ${learningRate}, seed ${seed}`;
}

function printSeeds(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(", ")}`;
}

/** Names to the left, numbers to the right. */
function markdownTable([heading = [], ...rows]: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const areNumbers = heading.length > 2;
  const rule = heading.map((_, column) => (areNumbers && column > 0 ? "---:" : "---"));
  return [line(heading), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** A fence longer than any run of backticks inside. */
function codeBlock(content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${content}\n${fence}`;
}

/** Prompts and paths are shown as they are, on one line. */
function escapeMarkdown(content: string): string {
  return content.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|#]/g, "\\$&");
}
