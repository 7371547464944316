// `reneg pairs`: makes pairs of images, as published data sets have them, into a folder that Preference Pairs reads.

import type { Command } from "commander";
import { counted } from "../../common/counted.ts";
import type { ImportPairsResult } from "../../common/pairs-import.ts";
import { type CommonOptions, jsonOption, readInteger, verboseOption } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Takes the columns of Pick-a-Pic, HPD v2 and ImageRewardDB, or prompt, better and worse. Images that stand in the table are written as files;
where it only names them, let --out be the folder that they lie in. An import that was stopped goes on where images are missing.

Examples:
  $ reneg pairs import validation-00000-of-00001.parquet --out pick-a-pic
  $ reneg pairs import train-*.parquet --out pick-a-pic --limit 2000`;

interface ImportOptions extends CommonOptions {
  readonly out: string;
  readonly limit?: number;
}

export function addPairs(program: Command): void {
  program
    .command("pairs")
    .description("Make pairs of images ready to learn a reward from.")
    .command("import")
    .description("Write tables in Parquet as a folder with pairs.jsonl and images.")
    .argument("<files...>", "the .parquet files")
    .requiredOption("-o, --out <folder>", "the folder to write")
    .option("--limit <rows>", "take the first rows only", readInteger)
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((files: string[], { out, limit, ...options }: ImportOptions) =>
      runCommand(
        options,
        ({ api, signal, onEvent }) => api.importPairs({ files, out, limit }, { signal, onEvent }),
        printResult,
      ),
    );
}

function printResult({ folder, rows, leftOut, pairs, images }: ImportPairsResult): string {
  const unsaid = leftOut === 0 ? "" : `, ${leftOut} of them without an answer`;
  return `${folder}\n${counted(pairs, "pair")} of ${counted(rows, "row")}${unsaid}; ${counted(images, "image")} written`;
}
