// `reneg embedding nearest`, `contributions` and `strengths`: what a learned embedding says, and what it does.

import { type Command, Option } from "commander";
import type { ContributionsResult, NearestResult, StrengthLadderResult } from "../../common/embedding-understanding.ts";
import { mean } from "../../common/means.ts";
import { printGain, printNumber, printSigned } from "../../common/reward-words.ts";
import { type Prediction, predictionName, type SchedulerName, schedulerName } from "../../common/sampling.ts";
import {
  collect,
  type CommonOptions,
  deviceOption,
  type DeviceOption,
  jsonOption,
  readInteger,
  readNumber,
  readNumbers,
  textEncoderOption,
  verboseOption,
} from "../options.ts";
import { runCommand } from "../run-command.ts";

const NEAREST = `
Word vectors (textual inversions) are compared with every row of the text encoder's table, by cosine.
An embedding of 77 states has no words in it: it stands behind the encoder. What it changes at each place, against the empty text, is
compared with what single words of the vocabulary change there, the most frequent ones; a cosine near 0 says that no word does the same.

Examples:
  $ reneg embedding nearest runs/demo/negative.safetensors --pipeline emoji
  $ reneg embedding nearest bad.safetensors --pipeline path/to/stable-diffusion-v1-5 --count 10 --json`;

const CONTRIBUTIONS = `
In the place of each token in turn the start stands, as it was before learning, and the same images are drawn from the same noise: what
the reward loses is what the token contributes. Tokens act together, so the contributions do not add up to the whole.

Examples:
  $ reneg embedding contributions bad.safetensors --pipeline emoji
  $ reneg embedding contributions negative.safetensors --pipeline emoji --group 8 --images 16 --prompt "a red apple" --prompt rocket`;

const STRENGTHS = `
Examples:
  $ reneg embedding strengths runs/demo/negative.safetensors --pipeline emoji -o strengths
  $ reneg embedding strengths negative.safetensors --pipeline emoji --at 0,0.5,1,1.5 --images 8 -o strengths`;

interface Options extends CommonOptions, DeviceOption {
  readonly pipeline: string;
  readonly tokenizer?: string;
  readonly textEncoder?: string;
  readonly base?: string;
  readonly prediction?: Prediction;
}

interface DrawingOptions extends Options {
  readonly prompt?: readonly string[];
  readonly images: number;
  readonly seed: number;
  readonly steps: number;
  readonly scheduler: SchedulerName;
  readonly guidance?: number;
  readonly reward?: string;
}

export function addUnderstanding(embedding: Command): void {
  addPipeline(
    embedding.command("nearest").description("Say which words each token of a learned embedding lies next to."),
  )
    .option("--count <n>", "words told of each", readInteger, 5)
    .option("--words <n>", "of a conditioning: how many words it is compared with", readInteger, 500)
    .addHelpText("after", NEAREST)
    .action((file: string, { json, verbose, ...options }: Options & { count: number; words: number }) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) => api.nearestWords({ ...options, embedding: file }, { signal, onEvent }),
        printNearest,
      ),
    );

  addDrawing(
    addPipeline(
      embedding
        .command("contributions")
        .description("Say what each token of a learned embedding is worth: leave one out."),
    ),
    8,
  )
    .option("--group <n>", "neighbouring tokens that are left out together", readInteger, 1)
    .addHelpText("after", CONTRIBUTIONS)
    .action((file: string, { json, verbose, prompt, ...options }: DrawingOptions & { group: number }) =>
      runCommand(
        { json, verbose },
        ({ api, signal, onEvent }) =>
          api.tokenContributions({ ...options, ...promptsOf(prompt), embedding: file }, { signal, onEvent }),
        printContributions,
      ),
    );

  addDrawing(addPipeline(embedding.command("strengths").description("Draw the same images at several strengths.")), 4)
    .option("--at <list>", "strengths from 0 to 2, with commas between (default: from 0 to 2 by quarters)", readNumbers)
    .requiredOption("-o, --out <folder>", "where the images go")
    .addHelpText("after", STRENGTHS)
    .action(
      (
        file: string,
        { json, verbose, prompt, at, ...options }: DrawingOptions & { at?: readonly number[]; out: string },
      ) =>
        runCommand(
          { json, verbose },
          ({ api, signal, onEvent }) =>
            api.strengthLadder(
              {
                ...options,
                ...promptsOf(prompt),
                ...(at === undefined ? {} : { strengths: [...at] }),
                embedding: file,
              },
              { signal, onEvent },
            ),
          printLadder,
        ),
    );
}

function promptsOf(prompt: readonly string[] | undefined): { readonly prompts?: string[] } {
  return prompt === undefined ? {} : { prompts: [...prompt] };
}

function addPipeline(command: Command): Command {
  return command
    .argument("<embedding>", "the learned embedding, or a textual inversion")
    .requiredOption("--pipeline <path>", "that it was learned for")
    .option("--tokenizer <folder>", "a CLIP tokenizer in place of the pipeline's own")
    .addOption(textEncoderOption())
    .option("--base <path>", "a model that lends what the pipeline lacks")
    .addOption(new Option("--prediction <what>", "what the UNet predicts").choices(predictionName.options))
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption());
}

function addDrawing(command: Command, images: number): Command {
  return command
    .option("--prompt <text>", "what is drawn; may be given several times (default: held-out emoji prompts)", collect)
    .option(
      "--images <n>",
      "image i has prompt i, from the first again after the last, and starts from seed + i",
      readInteger,
      images,
    )
    .option("--seed <n>", "of the first image", readInteger, 0)
    .option("--steps <n>", "sampling steps", readInteger, 30)
    .addOption(new Option("--scheduler <name>", "sampler").choices(schedulerName.options).default("ddim"))
    .option("--guidance <scale>", "classifier-free guidance (default: what it was learned at, or 7.5)", readNumber)
    .option("--reward <path>", "what is asked (default: the reward that comes with the program)");
}

/** Places that changed most are told; the others, which say little, by --json. */
const MOST_PLACES = 16;

function printNearest({ kind, compared, places }: NearestResult): string {
  const shown = places.toSorted((a, b) => b.change - a.change).slice(0, MOST_PLACES);
  const against =
    kind === "tokens"
      ? `word vectors, compared with ${compared} tokens of the vocabulary`
      : `states behind the text encoder; their changes against the empty text, compared with those of ${compared} single words`;
  const rest = places.length - shown.length;
  return [
    against,
    ...shown.toSorted((a, b) => a.place - b.place).map(printPlace),
    ...(rest > 0 ? [`${rest} places that changed less are told by --json`] : []),
  ].join("\n");
}

function printPlace({ place, change, words }: NearestResult["places"][number]): string {
  const near = words.map(({ word, cosine }) => `${word} ${printNumber(cosine, 2)}`).join(", ");
  return `${String(place).padStart(4)}  changed by ${(100 * change).toFixed(0)} %  ${near === "" ? "no word changes this place" : near}`;
}

function printContributions({ reward, images, learned, start, whole, parts }: ContributionsResult): string {
  const sorted = parts.toSorted((a, b) => b.contribution.mean - a.contribution.mean);
  return [
    `${reward} over ${images} images: ${printNumber(start)} from the start, ${printNumber(learned)} learned (${printGain(whole)})`,
    ...sorted.map(({ first, last, contribution: { mean, low, high } }) => {
      const place = first === last ? `${first}` : `${first}–${last}`;
      return `${place.padStart(7)}  ${printSigned(mean, 4)}  95 % ${printSigned(low, 4)} … ${printSigned(high, 4)}`;
    }),
  ].join("\n");
}

function printLadder({ folder, reward, rungs, seconds }: StrengthLadderResult): string {
  const lines = rungs.map(
    ({ strength, rewards }) => `${strength.toFixed(2).padStart(6)}  ${printNumber(mean(rewards), 4)}`,
  );
  return [`${reward} by strength`, ...lines, `${folder}, in ${seconds.toFixed(1)} s`].join("\n");
}
