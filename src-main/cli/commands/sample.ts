// `reneg sample`: draws images.

import { Option, type Command } from "commander";
import { counted } from "../../common/counted.ts";
import {
  predictionName,
  schedulerName,
  type Negative,
  type Prediction,
  type SampleResult,
  type SchedulerName,
} from "../../common/sampling.ts";
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

const EXAMPLES = `
Examples:
  $ reneg sample --prompt "a red apple" -o apple.png
  $ reneg sample --prompt rocket --prompt "smiling cat face" --count 4 --seed 7 -o images
  $ reneg sample --prompt rocket --embedding runs/demo/negative.safetensors -o rocket.png
  $ reneg sample --pipeline path/to/model.safetensors --prompt "a lighthouse" -o out.png
  $ reneg sample --prompt "a (red:1.3) apple" --prompt-weights a1111 --long-prompts chunks -o apple.png
  $ reneg sample --pipeline path/to/stable-diffusion-v1-5 --prompt "a lighthouse" --negative "blurry, low quality" -o out.png`;

interface Options extends CommonOptions, DeviceOption, ReadingOptions {
  readonly pipeline: string;
  readonly base?: string;
  readonly tokenizer?: string;
  readonly textEncoder?: string;
  readonly prediction?: Prediction;
  readonly ema?: boolean;
  readonly prompt: string[];
  readonly negative?: string;
  readonly embedding?: string;
  readonly strength: number;
  readonly steps: number;
  readonly guidance?: number;
  readonly seed: number;
  readonly scheduler: SchedulerName;
  readonly cacheInterval?: number;
  readonly count: number;
  readonly out: string;
}

export function addSample(program: Command): void {
  const command = program
    .command("sample")
    .description("Draw images from text.")
    .option("--pipeline <path>", "a pipeline's folder or single file, or emoji for the embedded one", "emoji")
    .option("--base <path>", "a model that lends what the pipeline lacks: text encoder or autoencoder")
    .option("--tokenizer <folder>", "a CLIP tokenizer in place of the pipeline's own")
    .addOption(textEncoderOption())
    .addOption(
      new Option("--prediction <what>", "what the UNet predicts, if its files do not say or say it wrong").choices(
        predictionName.options,
      ),
    )
    .addOption(emaOption())
    .addOption(noEmaOption())
    .requiredOption("--prompt <text>", "what to draw; may be given several times", collect)
    .addOption(new Option("--negative <text>", "what to steer away from").conflicts("embedding"))
    .addOption(new Option("--embedding <file>", "a learned negative embedding").conflicts("negative"))
    .addOption(strengthOption());
  for (const option of readingOptions()) command.addOption(option);
  command
    .option("--steps <n>", "sampling steps", readInteger, 30)
    .option("--guidance <scale>", "classifier-free guidance (default: what the model says is best, or 7.5)", readNumber)
    .option("--seed <n>", "image i of a prompt is drawn from seed + i", readInteger, 0)
    .addOption(new Option("--scheduler <name>", "sampler").choices(schedulerName.options).default("ddim"))
    .addOption(cacheIntervalOption())
    .option("--count <n>", "images per prompt", readInteger, 1)
    .requiredOption("-o, --out <path>", "a .png file for one image, otherwise a folder")
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action(({ prompt, negative, embedding, strength, json, verbose, ...settings }: Options) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) =>
          api.sample(
            { ...settings, prompts: prompt, negative: negativeOf(negative, embedding, strength) },
            { signal, onEvent },
          ),
        printResult,
      ),
    );
}

function negativeOf(text: string | undefined, file: string | undefined, strength: number): Negative {
  if (file !== undefined) return { kind: "embedding", file, strength };
  return text === undefined ? { kind: "none" } : { kind: "text", text };
}

function printResult({ images, device, seconds }: SampleResult): string {
  const lines = images.map(({ file, prompt, seed }) => `${file}  seed ${seed}  ${prompt}`);
  return [...lines, `${counted(images.length, "image")} in ${seconds.toFixed(1)} s on ${device}`].join("\n");
}
