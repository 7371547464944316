// `reneg score`: what a reward model thinks of images.

import type { Command } from "commander";
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
}

export function addScore(program: Command): void {
  program
    .command("score")
    .description("Score images with a reward model.")
    .argument("<images...>", "PNG, JPEG or WebP files")
    .requiredOption(
      "--reward <path>",
      "a reward's folder, or preference or held-out for those that come with the program",
    )
    .requiredOption("--prompt <text>", "what the images should show")
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((images: string[], { reward, prompt, device, ...options }: Options) =>
      runCommand(
        options,
        ({ api, signal, onEvent }) => api.score({ reward, prompt, images, device }, { signal, onEvent }),
        printResult,
      ),
    );
}

function printResult({ scores }: ScoreResult): string {
  return scores.map(({ image, score }) => `${score.toFixed(4).padStart(9)}  ${image}`).join("\n");
}
