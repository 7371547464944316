// `reneg apply`: what was learned, on another model, a ControlNet or a video model.

import { InvalidArgumentError, Option, type Command } from "commander";
import type { ApiClient } from "../../common/api.ts";
import { type ApplyManyResult, drawnFormat, type DrawnFormat } from "../../common/apply-many.ts";
import { type ApplyInput, type ApplyResult, type Betas, betas } from "../../common/applying.ts";
import { counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";
import { printGigabytes } from "../../common/print-gigabytes.ts";
import { predictionName, schedulerName, type Prediction, type SchedulerName } from "../../common/sampling.ts";
import { addControlOptions, type ControlOptions, controlsOf } from "../control-options.ts";
import {
  cacheIntervalOption,
  collect,
  deviceOption,
  emaOption,
  jsonOption,
  noEmaOption,
  readInteger,
  readNumber,
  readingOptions,
  type ReadingOptions,
  strengthOption,
  textEncoderOption,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { runCommand } from "../run-command.ts";
import { addWorkersOptions, workersOf, type WorkersOptions } from "../workers-options.ts";

const EXAMPLES = `
By default three columns side by side, from the same seed: without a negative, with a written one, with what was learned.
A LoRA and a text encoder are drawn with no negative. A text encoder takes the place of the model's own, which must be of the same kind.
Settings that are left out are those with which the model was published. What was stopped goes on where it was left, by the same command.
Of several prompts each gets a file in a folder, and drawn.jsonl there tells the prompt and the seed of each. Prompt i is drawn from seed + i.
With --workers, other machines draw and send the images back: the same, however many they are.

Examples:
  $ reneg apply negative.safetensors --to path/to/zeroscope --prompt "a dog runs" -o dog.webp
  $ reneg apply negative.safetensors --to path/to/zeroscope --prompts prompts.txt --format mp4 -o videos
  $ reneg apply negative.safetensors --to path/to/zeroscope --prompts prompts.txt -o videos --workers redis://:PASSWORD@queue.example:6379
  $ reneg apply runs/mine/text-encoder --to path/to/stable-diffusion-v1-5 --prompt "a dancer" -o dancer.png
  $ reneg apply negative.safetensors --to v3_sd15_mm.ckpt --base path/to/stable-diffusion-v1-5 --prompt "a dog runs" -o dog.mp4
  $ reneg apply negative.safetensors --to control_v11p_sd15_canny.pth --base path/to/stable-diffusion-v1-5 \\
      --control house.png --prompt "a house of sweets" -o house.png
  $ reneg apply negative.safetensors --to path/to/stable-diffusion-v1-5 --prompt "a dancer" -o dancer.png \\
      --controlnet control_pose.pth --control pose.png --controlnet control_depth.pth --control depth.png \\
      --control-kind none --control-scale 1 --control-scale 0.5`;

interface Options extends CommonOptions, ControlOptions, DeviceOption, ReadingOptions, WorkersOptions {
  readonly to: string;
  readonly strength: number;
  readonly base?: string;
  readonly tokenizer?: string;
  readonly textEncoder?: string;
  readonly prediction?: Prediction;
  readonly ema?: boolean;
  readonly prompt?: readonly string[];
  readonly prompts?: string;
  readonly negative?: string;
  readonly compare: boolean;
  readonly frames?: number;
  readonly fps?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly steps?: number;
  readonly guidance?: number;
  readonly scheduler?: SchedulerName;
  readonly eta?: number;
  readonly rescale?: number;
  readonly cacheInterval?: number;
  readonly sharedNoise?: number;
  readonly toldFps?: number;
  readonly betas?: Betas;
  readonly seed: number;
  readonly format?: DrawnFormat;
  readonly out: string;
}

export function addApply(program: Command): void {
  const command = program
    .command("apply")
    .description("Draw with what was learned on another model, a ControlNet or a video model.")
    .argument(
      "<file>",
      "what was learned: an embedding, a textual inversion, a LoRA, or a text encoder (its folder, or a single file with it)",
    )
    .requiredOption("--to <model>", "a video model, ControlNet, motion modules or pipeline: a folder or a single file")
    .option(
      "--base <pipeline>",
      "the pipeline that a ControlNet or motion modules need, or a video UNet without text encoder",
    )
    .option("--tokenizer <folder>", "a CLIP tokenizer in place of the pipeline's own")
    .addOption(textEncoderOption())
    .addOption(
      new Option("--prediction <what>", "what the UNet predicts, if its files do not say or say it wrong").choices(
        predictionName.options,
      ),
    )
    .addOption(emaOption())
    .addOption(noEmaOption())
    .addOption(new Option("--prompt <text>", "what to draw; may be given several times").argParser(collect))
    .addOption(new Option("--prompts <file>", "a list of what to draw, one a line").conflicts("prompt"))
    .option("--negative <text>", "the written negative of the comparison");
  for (const option of readingOptions()) command.addOption(option);
  command.addOption(strengthOption());
  addSettings(command);
  addControlOptions(command);
  command
    .requiredOption(
      "-o, --out <path>",
      "of one prompt .webp, .gif, .png, .mp4, .webm, or a folder for single frames; of several a folder for a file of each",
    )
    .addOption(
      new Option(
        "--format <name>",
        "of the files of several prompts (default: png for images, webp for videos)",
      ).choices(drawnFormat.options),
    )
    .addOption(deviceOption());
  addWorkersOptions(command);
  command
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((embedding: string, { json, verbose, ...options }: Options) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) => draw(api, embedding, options, { signal, onEvent }),
        (result) => ("images" in result ? printMany(result) : printResult(result)),
      ),
    );
}

function addSettings(command: Command): void {
  command
    .option("--no-compare", "draw with what was learned alone")
    .option("--frames <n>", "frames of a video", readInteger)
    .option("--fps <n>", "frames a second of the file", readNumber)
    .option("--size <width>x<height>", "pixels", readSize)
    .option("--steps <n>", "sampling steps", readInteger)
    .option("--guidance <scale>", "classifier-free guidance", readNumber)
    .addOption(new Option("--scheduler <name>", "sampler").choices(schedulerName.options))
    .option("--eta <n>", "noise added at each step of ddim, 0 to 1", readNumber)
    .option("--rescale <n>", "what ddim scales samples down to where there is much noise, up to 1", readNumber)
    .addOption(cacheIntervalOption())
    .option("--shared-noise <n>", "of a video's noise, the share that all frames have in common, 0 to 1", readNumber)
    .option("--told-fps <n>", "frames a second that VideoCrafter's network is told", readNumber)
    .option("--betas <schedule:start:end>", "the noise of training, as scaled_linear:0.00085:0.012", readBetas)
    .option("--seed <n>", "the same for all columns; prompt i of several is drawn from seed + i", readInteger, 0);
}

type Asked = Omit<Options, "json" | "verbose">;

function draw(
  api: ApiClient,
  embedding: string,
  options: Asked,
  following: Parameters<ApiClient["applyMany"]>[1],
): Promise<ApplyResult | ApplyManyResult> {
  const { prompt: texts, prompts: file, workers, token, workerDevice, workerTimeout, format, ...settings } = options;
  const prompts = file ?? texts ?? refuseNoPrompt();
  const input = inputOf(embedding, settings);
  const crew = workersOf({ workers, token, workerDevice, workerTimeout });
  const [prompt, ...others] = typeof prompts === "string" ? [] : prompts;
  const isPlain = prompt !== undefined && others.length === 0 && crew === undefined && format === undefined;
  if (isPlain) return api.apply({ ...input, prompt }, following);
  const list = typeof prompts === "string" ? prompts : [...prompts];
  return api.applyMany({ ...input, prompts: list, format, workers: crew }, following);
}

function refuseNoPrompt(): never {
  refuse({
    code: "invalid-input",
    at: { option: "--prompt" },
    message: "no prompt is given",
    help: "say what to draw",
    command: "`--prompt TEXT`, or `--prompts FILE` for a list",
  });
}

function inputOf(embedding: string, options: Omit<Asked, "prompt" | "prompts" | keyof WorkersOptions>) {
  const { compare, negative, control, controlnet, controlKind: kinds, controlScale: scales, ...settings } = options;
  const columns: ApplyInput["columns"] = compare ? ["none", "written", "learned"] : ["learned"];
  const controls = controlsOf({ control, controlnet, controlKind: kinds, controlScale: scales });
  return { ...settings, embedding, columns, controls, ...(negative === undefined ? {} : { written: negative }) };
}

function readBetas(text: string): Betas {
  const [schedule, start, end] = text.split(":");
  const { data } = betas.safeParse({ schedule, start: Number(start), end: Number(end) });
  if (data === undefined) throw new InvalidArgumentError("it must be like scaled_linear:0.00085:0.012.");
  return data;
}

function readSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new InvalidArgumentError("it must be like 512x320.");
  return { width: Number(width), height: Number(height) };
}

function printResult({ file, columns, settings, seconds, device, memory }: ApplyResult): string {
  const { frames, fps, size, steps, guidance } = settings;
  const what = frames === 1 ? "an image" : `${frames} frames at ${fps} a second`;
  return [
    `${file}: ${what}, ${size.width}×${size.height}; ${columns.join(" | ")}`,
    `${steps} steps, guidance ${guidance}, ${seconds.toFixed(1)} s on ${device}, ${printGigabytes(memory)} foreseen`,
  ].join("\n");
}

function printMany({ images, kept, columns, settings, seconds, device }: ApplyManyResult): string {
  const { frames, fps, size, steps, guidance } = settings;
  const each = frames === 1 ? "" : ` of ${frames} frames at ${fps} a second`;
  const before = kept === 0 ? "" : `, ${kept} of them drawn before`;
  return [
    ...images.map(({ file, prompt, seed }) => `${file}  seed ${seed}  ${prompt}`),
    `${counted(images.length, frames === 1 ? "image" : "video")}${each}, ${size.width}×${size.height}; ${columns.join(" | ")}${before}`,
    `${steps} steps, guidance ${guidance}, ${seconds.toFixed(1)} s on ${device}`,
  ].join("\n");
}
