// `reneg score`: what a reward model thinks of images.

import { Option, type Command } from "commander";
import { counted } from "../../common/counted.ts";
import { describeAccuracy } from "../../common/pair-accuracy.ts";
import type { ScorePairsResult } from "../../common/pair-scoring.ts";
import { scoreScale, type ScoreScale } from "../../common/reward-options.ts";
import type { ScoreResult } from "../../common/sampling.ts";
import {
  deviceOption,
  jsonOption,
  readInteger,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
With --pairs, it says how often the reward puts that image of a pair first which people prefer, with the 95 % interval. A table is read as
Preference Pairs reads it: .jsonl, .json, .csv or .tsv, with the columns of HPD v2, Pick-a-Pic or ImageRewardDB, or prompt, better and worse.
Ties are counted apart. With --json, each pair stands with the scores of both images.

Examples:
  $ reneg score --reward preference --prompt "a red apple" apple.png
  $ reneg score --reward path/to/PickScore_v1 --prompt "a lighthouse" images/*.png --json
  $ reneg score --reward preference --pairs emoji:pairs
  $ reneg score --reward runs/taste/reward.safetensors --pairs pick-a-pic --limit 500 --json`;

interface Options extends CommonOptions, DeviceOption {
  readonly reward: string;
  readonly prompt?: string;
  readonly pairs?: string;
  readonly limit?: number;
  readonly kind?: string;
  readonly score?: ScoreScale;
  readonly antialias: boolean;
  readonly base?: string;
}

export function addScore(program: Command): void {
  const command = program
    .command("score")
    .description("Score images with a reward model.")
    .argument("[images...]", "PNG, JPEG or WebP files")
    .requiredOption(
      "--reward <path>",
      "a reward's folder or file, or preference or held-out for those that come with the program",
    )
    .option("--prompt <text>", "what the images should show")
    .addOption(
      new Option(
        "--pairs <path>",
        "in place of images and a prompt: a table of pairs, or the folder that it lies in with its images",
      ).conflicts("prompt"),
    )
    .option("--limit <pairs>", "with --pairs: take the first pairs only", readInteger)
    .option("--kind <name>", "the kind of reward, where its files do not tell it (docs/rewards.md)")
    .addOption(new Option("--score <scale>", "in place of how the reward is published").choices(scoreScale.options))
    .option(
      "--base <path>",
      "of a trained head or LoRA: the model that it was trained on, where it does not lie beside it",
    )
    .option("--no-antialias", "leave out pixels when the image is made smaller for the reward")
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((images: string[], { prompt, pairs, limit, json, verbose, ...reward }: Options) => {
      const options = { json, verbose };
      if (pairs !== undefined) {
        if (images.length > 0) command.error("error: with --pairs, the table names the images");
        return runCommand(
          options,
          ({ api, signal, onEvent }) => api.scorePairs({ ...reward, pairs, limit }, { signal, onEvent }),
          printPairs,
        );
      }
      if (limit !== undefined) command.error("error: --limit is of pairs, and needs --pairs");
      if (prompt === undefined) return command.error("error: images are scored for a prompt: --prompt is missing");
      if (images.length === 0) command.error("error: there is no image to score");
      return runCommand(
        options,
        ({ api, signal, onEvent }) => api.score({ ...reward, prompt, images }, { signal, onEvent }),
        printImages,
      );
    });
}

function printImages({ scores, reward, kind }: ScoreResult): string {
  const lines = scores.map(({ image, score }) => `${score.toFixed(4).padStart(9)}  ${image}`);
  return [`${kind}: ${reward}`, ...lines].join("\n");
}

function printPairs({ table, accuracy, ties, leftOut, reward, kind }: ScorePairsResult): string {
  const apart = [
    ...(accuracy === null || accuracy.equal === 0
      ? []
      : [`${counted(accuracy.equal, "pair")} whose images score the same: half of them count as right`]),
    ...(ties === 0 ? [] : [`${counted(ties, "tie")}: not counted, as neither image is better`]),
    ...(leftOut === 0 ? [] : [`${counted(leftOut, "pair")} of the table left out`]),
  ];
  const told = accuracy === null ? "no pair has a better image" : `ordered right: ${describeAccuracy(accuracy)}`;
  return [`${kind}: ${reward}`, table, told, ...apart].join("\n");
}
