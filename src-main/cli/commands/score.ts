// `reneg score`: what a reward model thinks of images.

import { Option, type Command } from "commander";
import { scoreScale, type ScoreScale } from "../../common/reward-options.ts";
import type { ScoreResult } from "../../common/sampling.ts";
import { deviceOption, jsonOption, verboseOption, type CommonOptions, type DeviceOption } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Examples:
  $ reneg score --reward preference --prompt "a red apple" apple.png
  $ reneg score --reward path/to/PickScore_v1 --prompt "a lighthouse" images/*.png --json`;

interface Options extends CommonOptions, DeviceOption {
  readonly reward: string;
  readonly prompt: string;
  readonly kind?: string;
  readonly score?: ScoreScale;
  readonly antialias: boolean;
  readonly base?: string;
}

export function addScore(program: Command): void {
  program
    .command("score")
    .description("Score images with a reward model.")
    .argument("<images...>", "PNG, JPEG or WebP files")
    .requiredOption(
      "--reward <path>",
      "a reward's folder or file, or preference or held-out for those that come with the program",
    )
    .requiredOption("--prompt <text>", "what the images should show")
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
    .action((images: string[], { reward, prompt, kind, score, antialias, base, device, ...options }: Options) =>
      runCommand(
        options,
        ({ api, signal, onEvent }) =>
          api.score({ reward, prompt, images, kind, score, antialias, base, device }, { signal, onEvent }),
        printResult,
      ),
    );
}

function printResult({ scores, reward, kind }: ScoreResult): string {
  const lines = scores.map(({ image, score }) => `${score.toFixed(4).padStart(9)}  ${image}`);
  return [`${kind}: ${reward}`, ...lines].join("\n");
}
