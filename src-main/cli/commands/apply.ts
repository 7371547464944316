// `reneg apply`: what was learned, on another model, a ControlNet or a video model.

import { InvalidArgumentError, Option, type Command } from "commander";
import {
  type ApplyInput,
  type ApplyResult,
  type Betas,
  betas,
  controlKind,
  type ControlKind,
} from "../../common/applying.ts";
import { agreeing, counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";
import { printGigabytes } from "../../common/print-gigabytes.ts";
import { predictionName, schedulerName, type Prediction, type SchedulerName } from "../../common/sampling.ts";
import {
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

const EXAMPLES = `
By default three columns side by side, from the same seed: without a negative, with a written one, with what was learned.
A LoRA and a text encoder are drawn with no negative. A text encoder takes the place of the model's own, which must be of the same kind.
Settings that are left out are those with which the model was published. A run that was stopped goes on where it was left.

Examples:
  $ reneg apply negative.safetensors --to path/to/zeroscope --prompt "a dog runs" -o dog.webp
  $ reneg apply runs/mine/text-encoder --to path/to/stable-diffusion-v1-5 --prompt "a dancer" -o dancer.png
  $ reneg apply negative.safetensors --to v3_sd15_mm.ckpt --base path/to/stable-diffusion-v1-5 --prompt "a dog runs" -o dog.mp4
  $ reneg apply negative.safetensors --to control_v11p_sd15_canny.pth --base path/to/stable-diffusion-v1-5 \\
      --control house.png --prompt "a house of sweets" -o house.png
  $ reneg apply negative.safetensors --to path/to/stable-diffusion-v1-5 --prompt "a dancer" -o dancer.png \\
      --controlnet control_pose.pth --control pose.png --controlnet control_depth.pth --control depth.png \\
      --control-kind none --control-scale 1 --control-scale 0.5`;

interface Options extends CommonOptions, DeviceOption, ReadingOptions {
  readonly to: string;
  readonly strength: number;
  readonly base?: string;
  readonly tokenizer?: string;
  readonly textEncoder?: string;
  readonly prediction?: Prediction;
  readonly ema?: boolean;
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
  readonly rescale?: number;
  readonly sharedNoise?: number;
  readonly toldFps?: number;
  readonly betas?: Betas;
  readonly seed: number;
  readonly control: readonly string[];
  readonly controlnet: readonly string[];
  readonly controlKind: readonly ControlKind[];
  readonly controlScale: readonly number[];
  readonly guess?: boolean;
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
    .requiredOption("--prompt <text>", "what to draw")
    .option("--negative <text>", "the written negative of the comparison");
  for (const option of readingOptions()) command.addOption(option);
  command
    .addOption(strengthOption())
    .option("--no-compare", "draw with what was learned alone")
    .option("--frames <n>", "frames of a video", readInteger)
    .option("--fps <n>", "frames a second of the file", readNumber)
    .option("--size <width>x<height>", "pixels", readSize)
    .option("--steps <n>", "sampling steps", readInteger)
    .option("--guidance <scale>", "classifier-free guidance", readNumber)
    .addOption(new Option("--scheduler <name>", "sampler").choices(schedulerName.options))
    .option("--eta <n>", "noise added at each step of ddim, 0 to 1", readNumber)
    .option("--rescale <n>", "what ddim scales samples down to where there is much noise, up to 1", readNumber)
    .option("--shared-noise <n>", "of a video's noise, the share that all frames have in common, 0 to 1", readNumber)
    .option("--told-fps <n>", "frames a second that VideoCrafter's network is told", readNumber)
    .option("--betas <schedule:start:end>", "the noise of training, as scaled_linear:0.00085:0.012", readBetas)
    .option("--seed <n>", "the same for all columns", readInteger, 0)
    .option("--control <image>", "the picture that steers a ControlNet; repeat it for several", collect, [])
    .option(
      "--controlnet <model>",
      "a ControlNet besides --to, for the last --control, or the last but one …",
      collect,
      [],
    )
    .addOption(
      new Option(
        "--control-kind <name>",
        "what is made of a picture; none: it is a map already: edges, a pose, a depth",
      )
        .argParser(readControlKind)
        .default([], "canny"),
    )
    .addOption(
      new Option("--control-scale <n>", "how much a ControlNet steers; once for all, or once for each")
        .argParser((text, before: readonly number[]) => [...before, readNumber(text)])
        .default([], "1"),
    )
    .option("--guess", "guess mode: the ControlNets see the prompt alone")
    .requiredOption("-o, --out <path>", ".webp, .gif, .png, .mp4, .webm, or a folder for single frames")
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((embedding: string, { json, verbose, ...options }: Options) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) => api.apply(inputOf(embedding, options), { signal, onEvent }),
        printResult,
      ),
    );
}

function inputOf(embedding: string, options: Omit<Options, "json" | "verbose">) {
  const { compare, negative, control, controlnet, controlKind: kinds, controlScale: scales, ...settings } = options;
  const columns: ApplyInput["columns"] = compare ? ["none", "written", "learned"] : ["learned"];
  const controls = pairControls(control, controlnet).map((pair, i) => ({
    ...pair,
    ...only("kind", forEach("--control-kind", kinds, control.length, i)),
    ...only("scale", forEach("--control-scale", scales, control.length, i)),
  }));
  return { ...settings, embedding, columns, controls, ...(negative === undefined ? {} : { written: negative }) };
}

/** One more picture than ControlNets: the first is for `--to`, which is one itself. */
function pairControls(pictures: readonly string[], controlnets: readonly string[]) {
  const own = pictures.length - controlnets.length;
  if (own !== 0 && own !== 1) {
    refuse({
      code: "control-count",
      at: { option: "--control" },
      message: `${counted(pictures.length, "picture")} ${agreeing(pictures.length, "is", "are")} to steer ${counted(controlnets.length, "ControlNet")} besides --to`,
      help: "give one --control for each --controlnet, and before them one more where --to is itself a ControlNet",
    });
  }
  return pictures.map((picture, i) => ({ picture, ...only("controlnet", controlnets[i - own]) }));
}

/** Given once for all, or once for each. */
function forEach<Value>(option: string, values: readonly Value[], count: number, i: number): Value | undefined {
  if (values.length > 1 && values.length !== count) {
    refuse({
      code: "control-count",
      at: { option },
      message: `${option} is given ${counted(values.length, "time")}, for ${counted(count, "picture")} that ${agreeing(count, "steers", "steer")}`,
      help: "give it once for all, or once for each --control, in their order",
    });
  }
  return values.length === 1 ? values[0] : values[i];
}

function only<Key extends string, Value>(key: Key, value: Value | undefined) {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

function readControlKind(text: string, before: readonly ControlKind[]): readonly ControlKind[] {
  const { data } = controlKind.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError(`Allowed choices are ${controlKind.options.join(", ")}.`);
  return [...before, data];
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
  const what = frames === 1 ? "a picture" : `${frames} frames at ${fps} a second`;
  return [
    `${file}: ${what}, ${size.width}×${size.height}; ${columns.join(" | ")}`,
    `${steps} steps, guidance ${guidance}, ${seconds.toFixed(1)} s on ${device}, ${printGigabytes(memory)} foreseen`,
  ].join("\n");
}
