// Options that several commands share, and readers for numbers.

import { InvalidArgumentError, Option } from "commander";
import { cutChoice } from "../common/cut-choice.ts";
import { deviceChoice, type DeviceChoice } from "../common/device.ts";
import { strength } from "../common/embedding-strength.ts";
import { longPrompts, promptWeights, type TextReading } from "../common/text-reading.ts";

export interface CommonOptions {
  readonly json?: true | undefined;
  readonly verbose?: true | undefined;
}

export interface DeviceOption {
  readonly device: DeviceChoice;
}

export const jsonOption = (): Option => new Option("--json", "print the result as one JSON document on stdout");

export const verboseOption = (): Option =>
  new Option("--verbose", "also print the log of the engine process, on stderr");

export const deviceOption = (): Option =>
  new Option("--device <name>", "where to run").choices(deviceChoice.options).default("auto");

export const cutsOption = (): Option =>
  new Option(
    "--cuts <where>",
    "where the graph of a step is cut: none (nothing is computed twice), borders (at every network), or auto (the fastest that fits, inside of networks too where memory is short)",
  )
    .choices(cutChoice.options)
    .default("auto");

export interface MemoryOption {
  /** Bytes. */
  readonly memory?: number | undefined;
}

export const memoryOption = (): Option =>
  new Option(
    "--memory <gigabytes>",
    "what may be used at most: the graph of a step is cut, and what is not in use released, for that to be enough (default: what this machine has)",
  ).argParser(readGigabytes);

function readGigabytes(text: string): number {
  const value = readNumber(text);
  if (value <= 0) throw new InvalidArgumentError("it must be above 0.");
  return value * 1e9;
}

// Two flags for one choice, which stays open without either; they are added in this order.
export const emaOption = (): Option =>
  new Option("--ema", "of two sets of the UNet's weights, the running means (EMA)");
export const noEmaOption = (): Option => new Option("--no-ema", "of two sets of the UNet's weights, those as trained");

/** Of commands that read prompts. */
export type ReadingOptions = TextReading;

export const readingOptions = (): readonly Option[] => [
  new Option("--long-prompts <how>", "what becomes of what does not fit: cut off, or read in chunks of 75 tokens")
    .choices(longPrompts.options)
    .default("cut"),
  new Option(
    "--prompt-weights <syntax>",
    "read weights of words: a1111 for (word:1.3), [word] and BREAK, compel for word++ and (some words)1.3",
  )
    .choices(promptWeights.options)
    .default("none"),
  new Option("--embeddings <folder>", "where the files lie that embedding:NAME in a prompt or negative stands for"),
];

export const cacheIntervalOption = (): Option =>
  new Option(
    "--cache-interval <n>",
    "run the whole UNet at every n-th sampling step, and its last layer from kept features in between (default: 1)",
  ).argParser(readInteger);

export const textEncoderOption = (): Option =>
  new Option(
    "--text-encoder <path>",
    "a text encoder in place of the pipeline's own: its folder, or a model that holds it",
  );

export const strengthOption = (): Option =>
  new Option(
    "--strength <number>",
    "of the learned embedding: 0 is what it was learned from, 1 what was learned, up to 2 goes on beyond",
  )
    .argParser(readStrength)
    .default(1);

function readStrength(text: string): number {
  const value = readNumber(text);
  if (!strength.safeParse(value).success) throw new InvalidArgumentError("it must be between 0 and 2.");
  return value;
}

export function readInteger(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError("it must be a whole number.");
  return Number(text);
}

export function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("it must be a number.");
  return value;
}

/** `1,0.5,-2` */
export function readNumbers(text: string): readonly number[] {
  return text.split(",").map(readNumber);
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
