// `reneg lora`: makes one LoRA of several.

import { type Command, Option } from "commander";
import { loraNaming, type MergeLorasResult } from "../../common/lora-merge.ts";
import { type CommonOptions, jsonOption, readNumbers, verboseOption } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
The result changes every weight by the sum of what the files change it by, each times its strength: W + Σ strength · (α / rank) · B·A.
The sum is exact, not an approximation; its rank is the sum of the ranks.

Examples:
  $ reneg lora merge negative.safetensors style.safetensors --strengths 1,0.6 --pipeline path/to/stable-diffusion-v1-5 -o both.safetensors
  $ reneg lora merge learned.safetensors --strengths 0.5 --pipeline emoji -o half.safetensors`;

interface MergeOptions extends CommonOptions {
  readonly pipeline: string;
  readonly base?: string;
  readonly strengths?: readonly number[];
  readonly names: "kohya" | "diffusers";
  readonly out: string;
}

export function addLora(program: Command): void {
  program
    .command("lora")
    .description("Make one LoRA of several.")
    .command("merge")
    .description("Add LoRA up, each at a strength of its own, into one file.")
    .argument("<files...>", "the LoRA")
    .option("--strengths <list>", "one for each file, with commas between; 1: as it was trained", readNumbers)
    .requiredOption("--pipeline <path>", "the base model that they were made for")
    .option("--base <path>", "a model that lends what the pipeline lacks")
    .addOption(
      new Option("--names <whose>", "how tensors are called in the file").choices(loraNaming.options).default("kohya"),
    )
    .requiredOption("-o, --out <file>", "the .safetensors file to write")
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action(
      (files: string[], { pipeline, base, strengths, names, out, ...options }: MergeOptions, command: Command) => {
        if (strengths !== undefined && strengths.length !== files.length) {
          command.error(`error: ${strengths.length} strengths were given for ${files.length} files`);
        }
        const parts = files.map((file, i) => ({ file, strength: strengths?.[i] ?? 1 }));
        return runCommand(
          options,
          ({ api, signal }) => api.mergeLoras({ parts, pipeline, base, naming: names, out }, { signal }),
          printResult,
        );
      },
    );
}

function printResult({ file, layers, rank }: MergeLorasResult): string {
  return `${file}\n${layers} layers, rank ${rank} at most`;
}
