// `reneg apply`: a learned embedding on a ControlNet or a video model.

import { InvalidArgumentError, Option, type Command } from "commander";
import { controlKind, type ApplyInput, type ApplyResult, type ControlKind } from "../../common/applying.ts";
import { predictionName, schedulerName, type Prediction, type SchedulerName } from "../../common/sampling.ts";
import {
  deviceOption,
  jsonOption,
  readInteger,
  readNumber,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
By default three columns side by side, from the same seed: without a negative, with a written one, with the learned one.
Settings that are left out are those with which the model was published. A run that was stopped goes on where it was left.

Examples:
  $ reneg apply negative.safetensors --to path/to/zeroscope --prompt "a dog runs" -o dog.webp
  $ reneg apply negative.safetensors --to v3_sd15_mm.ckpt --base path/to/stable-diffusion-v1-5 --prompt "a dog runs" -o dog.mp4
  $ reneg apply negative.safetensors --to control_v11p_sd15_canny.pth --base path/to/stable-diffusion-v1-5 \\
      --control house.png --prompt "a house of sweets" -o house.png`;

interface Options extends CommonOptions, DeviceOption {
  readonly to: string;
  readonly base?: string;
  readonly tokenizer?: string;
  readonly prediction?: Prediction;
  readonly prompt: string;
  readonly negative?: string;
  readonly compare: boolean;
  readonly frames?: number;
  readonly fps?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly steps?: number;
  readonly guidance?: number;
  readonly scheduler?: SchedulerName;
  readonly eta?: number;
  readonly seed: number;
  readonly control?: string;
  readonly controlKind: ControlKind;
  readonly controlScale: number;
  readonly guess?: boolean;
  readonly out: string;
}

export function addApply(program: Command): void {
  program
    .command("apply")
    .description("Draw with a learned negative embedding on a ControlNet or a video model.")
    .argument("<embedding>", "the learned embedding")
    .requiredOption("--to <model>", "a video model, ControlNet, motion modules or pipeline: a folder or a single file")
    .option(
      "--base <pipeline>",
      "the pipeline that a ControlNet or motion modules need, or a video UNet without text encoder",
    )
    .option("--tokenizer <folder>", "a CLIP tokenizer in place of the pipeline's own")
    .addOption(
      new Option("--prediction <what>", "what the UNet predicts, if its files do not say or say it wrong").choices(
        predictionName.options,
      ),
    )
    .requiredOption("--prompt <text>", "what to draw")
    .option("--negative <text>", "the written negative of the comparison")
    .option("--no-compare", "draw with the learned embedding alone")
    .option("--frames <n>", "frames of a video", readInteger)
    .option("--fps <n>", "frames a second of the file", readNumber)
    .option("--size <width>x<height>", "pixels", readSize)
    .option("--steps <n>", "sampling steps", readInteger)
    .option("--guidance <scale>", "classifier-free guidance", readNumber)
    .addOption(new Option("--scheduler <name>", "sampler").choices(schedulerName.options))
    .option("--eta <n>", "noise added at each step of ddim, 0 to 1", readNumber)
    .option("--seed <n>", "the same for all columns", readInteger, 0)
    .option("--control <image>", "the picture that steers a ControlNet")
    .addOption(
      new Option("--control-kind <name>", "what is made of that picture; none: it is a map already")
        .choices(controlKind.options)
        .default("canny"),
    )
    .option("--control-scale <n>", "how much the ControlNet steers", readNumber, 1)
    .option("--guess", "guess mode: the ControlNet sees the prompt alone")
    .requiredOption("-o, --out <path>", ".webp, .gif, .png, .mp4, .webm, or a folder for single frames")
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((embedding: string, { json, verbose, ...options }: Options) =>
      runCommand(
        { ...(json && { json }), ...(verbose && { verbose }) },
        ({ api, signal, onEvent }) => api.apply(inputOf(embedding, options), { signal, onEvent }),
        printResult,
      ),
    );
}

function inputOf(embedding: string, { compare, negative, ...settings }: Omit<Options, "json" | "verbose">) {
  const columns: ApplyInput["columns"] = compare ? ["none", "written", "learned"] : ["learned"];
  return { ...settings, embedding, columns, ...(negative === undefined ? {} : { written: negative }) };
}

function readSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new InvalidArgumentError("it must be like 512x320.");
  return { width: Number(width), height: Number(height) };
}

function printResult({
  file,
  frames,
  fps,
  size,
  columns,
  steps,
  guidance,
  seconds,
  device,
  memory,
}: ApplyResult): string {
  const what = frames === 1 ? "a picture" : `${frames} frames at ${fps} a second`;
  return [
    `${file}: ${what}, ${size.width}×${size.height}; ${columns.join(" | ")}`,
    `${steps} steps, guidance ${guidance}, ${seconds.toFixed(1)} s on ${device}, ${(memory / 1e9).toFixed(1)} GB foreseen`,
  ].join("\n");
}
