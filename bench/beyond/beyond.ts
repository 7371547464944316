// `npm run bench:beyond`: what cheaper gradients than the paper's are worth, as the table of docs/benchmarks.md.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { printNumber, printSigned } from "../../src-main/common/reward-words.ts";
import { readJson } from "../../src-main/weights/json-file.ts";
import { markdownTable, printDifference } from "../markdown-table.ts";
import { type Variant, variantResult, VARIANTS } from "./variants.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const HELP = `Usage: npm run bench:beyond -- [variant…] [--steps N] [--again]

Trains the emoji recipe's negative embedding in ways that cost less than the paper's, and prints a table. Variants that were measured with
as many steps are kept, so that it can be stopped at any time and gone on with by the same command.

  variant…     some of: ${VARIANTS.map(({ name }) => name).join(", ")} (default: all)
  --steps <n>  of training (default: 50, as the recipe)
  --again      measure anew what was measured
  --help       print this`;

const HEADING = [
  "gradient",
  "training reward",
  "against no negative",
  "held-out reward",
  "against no negative",
  "processor seconds",
  "gain per 100 s",
  "cosine",
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "50" },
    again: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(HELP);
else main(values.steps, values.again, positionals);

function main(steps: string, again: boolean, names: readonly string[]): void {
  if (!/^\d+$/.test(steps) || Number(steps) < 2) throw new Error("--steps takes a whole number from 2.");
  const unknown = names.find((name) => !VARIANTS.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`There is no variant ${unknown}; --help lists them.`);
  const folder = at(`../../runs/beyond/${steps}-steps`);
  const fileOf = ({ name }: Variant): string => join(folder, name, "result.json");
  for (const variant of VARIANTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    if (existsSync(fileOf(variant)) && !again) continue;
    const { status } = spawnSync(process.execPath, [at("measure-variant.ts"), variant.name, folder, steps], {
      stdio: "inherit",
    });
    if (status !== 0) throw new Error(`Measuring ${variant.name} has failed.`);
  }
  console.log(
    tableOf(
      VARIANTS.filter((variant) => existsSync(fileOf(variant))),
      fileOf,
    ),
  );
}

function tableOf(variants: readonly Variant[], fileOf: (variant: Variant) => string): string {
  const rows = variants.map((variant) => {
    const { report, processorSeconds, cosine } = variantResult.parse(readJson(fileOf(variant)));
    const { rewards, intervals } = report;
    return [
      variant.title,
      printNumber(rewards.train.learned),
      printDifference(intervals.trainVsNull),
      printNumber(rewards.heldOut.learned),
      printDifference(intervals.heldOutVsNull),
      processorSeconds.toFixed(0),
      printSigned((100 * intervals.trainVsNull.mean) / processorSeconds),
      cosine.toFixed(2),
    ];
  });
  return markdownTable(HEADING, rows);
}
