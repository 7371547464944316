// What becomes of the texts of a run before anything runs: what does not fit is cut off, and that is said, once for each list.

import { counted, countedOf } from "../common/counted.ts";
import type { Diagnostic, Place } from "../common/diagnostic.ts";
import { findChoice, longestWording } from "../common/dynamic-prompt.ts";
import { callOf, type Program, type Ref } from "../common/program/program.ts";
import type { TextReading } from "../common/text-reading.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { findWeightSyntax } from "../models/prompt/read-parts.ts";
import type { Reward } from "../models/reward/reward.ts";
import type { LostWords } from "../models/tokenizer/fit-words.ts";
import type { ProgramFunctions } from "../program/function.ts";
import type { Host } from "../program/host.ts";
import { textsRead } from "./open-run.ts";
import type { ProgramRun } from "./program-run.ts";

export interface TextList {
  /** `prompt`, `negative` */
  readonly what: string;
  readonly texts: readonly string[];
  /** Whether words of its lines are drawn; absent: it is a list that has no such setting. */
  readonly isDynamic?: boolean;
  readonly at: Place;
}

/** How a text encoder reads a list. */
export interface EncoderReading {
  readonly pipeline: Pipeline;
  readonly reading: TextReading;
  /** Chunks that are kept. */
  readonly chunks: number;
  /** Whether there are as many only because the list is of a kind that has no more. */
  readonly isFixed: boolean;
}

/** All texts of a program, as they are read by its text encoders and its rewards. */
export function checkTexts(run: ProgramRun, functions: ProgramFunctions): Diagnostic[] {
  const { program, host } = run.opened;
  // A text that stands in several lists is told where it stands first.
  const told = new Map<string, Set<string>>();
  const fresh = (reader: string, { texts, ...list }: TextList): TextList => {
    const before = told.get(reader) ?? new Set();
    told.set(reader, before);
    const unheard = [...new Set(texts)].filter((text) => !before.has(text));
    for (const text of unheard) before.add(text);
    return { ...list, texts: unheard };
  };
  const drawn = textsRead(run.opened, functions).flatMap((read) => {
    const { encoder, what, texts, isDynamic, reading, from, most } = read;
    const chunks = Math.min(most ?? Infinity, run.chunks.get(encoder.ref) ?? 1);
    const key = `${encoder.ref} ${chunks} ${JSON.stringify(reading)}`;
    const setting = isDynamic === undefined ? {} : { isDynamic };
    const list = fresh(key, { what, texts, ...setting, at: placeOf(program, from) });
    return checkDrawnTexts(host, { pipeline: encoder.pipeline, reading, chunks, isFixed: most !== undefined }, list);
  });
  return [
    ...drawn,
    ...judgedLists(run, functions).flatMap(({ reward, words, ...list }) => {
      const unheard = fresh(`reward ${reward.path}`, list);
      return checkJudgedTexts({ reward, words }, unheard);
    }),
  ];
}

interface JudgedList extends TextList {
  readonly reward: Reward;
  readonly words: (text: string) => string;
}

function judgedLists({ opened }: ProgramRun, functions: ProgramFunctions): JudgedList[] {
  return Object.entries(opened.program.calls).flatMap(([ref, { fn }]) => {
    if (functions.get(fn)?.output !== "score") return [];
    const { reward, prompts } = opened.open(ref, "score");
    if (reward === undefined || prompts === undefined) return [];
    const { texts: listed, words, wordings } = prompts;
    const tokensOf = (text: string): number => reward.text?.tokenizer.encode(words(text)).tokenCount ?? text.length;
    const texts = wordings?.lines.map((line) => longestWording(line, tokensOf)) ?? listed;
    return [{ reward, words, what: "prompt", texts, at: placeOf(opened.program, prompts.ref) }];
  });
}

function placeOf(program: Program, ref: Ref): Place {
  const [node] = callOf(program, ref).nodes;
  return node === undefined ? { part: ref } : { node };
}

/** @returns warnings of a list that a pipeline draws by */
export function checkDrawnTexts(
  host: Pick<Host, "readText">,
  { pipeline, reading, chunks, isFixed }: EncoderReading,
  list: TextList,
): Diagnostic[] {
  const read = list.texts.map((text) => ({ text, ...host.readText(pipeline, text, reading, chunks) }));
  const found = read.flatMap((one) => cutOf(one.text, one));
  const room = chunks * (read[0]?.room ?? 0);
  const isChunkable = reading.longPrompts === "cut" && !isFixed;
  const help = isChunkable
    ? {
        help: `shorten it, or have long prompts read in chunks of ${room} tokens, which a recipe's \`longPrompts\` and the Encoder node offer`,
        command: "`--long-prompts chunks`",
      }
    : { help: `shorten it to ${room} tokens` };
  const cut =
    found.length === 0
      ? []
      : [cutWarning(list, found, { reader: `the text encoder of ${pipeline.name}`, room, ...help })];
  return [...cut, ...checkSyntax(reading, list), ...checkChoices(list)];
}

/** @returns warnings of prompts that a reward judges by */
export function checkJudgedTexts(
  { reward, words }: Pick<JudgedList, "reward" | "words">,
  list: TextList,
): Diagnostic[] {
  const { text, name, path } = reward;
  if (text === null) return [];
  const read = list.texts.map((prompt) => ({ prompt, ...text.tokenizer.encode(words(prompt)) }));
  const found = read.flatMap((one) => cutOf(one.prompt, one));
  const garbled = read.filter((one) => one.garbled !== undefined);
  const room = text.tokenizer.length - 2;
  const [first] = garbled;
  return [
    ...(found.length === 0
      ? []
      : [
          cutWarning(list, found, {
            reader: `the reward ${name}`,
            room,
            help: `shorten it: the reward reads no more than ${room} tokens`,
          }),
        ]),
    ...(first === undefined
      ? []
      : [
          {
            severity: "warning" as const,
            code: "text-garbled",
            at: { ...list.at, file: path },
            message: `${ofList(garbled.length, list, ["looks", "look"])} like letters of a wrong encoding, “${first.garbled}” in “${shorten(first.prompt)}”, which the own code of ${name} would repair`,
            help: "write the letters as they are meant",
          },
        ]),
  ];
}

interface Cut extends LostWords {
  readonly text: string;
  readonly tokenCount: number;
}

function cutOf(
  text: string,
  { lost, tokenCount }: { readonly lost: LostWords | null; readonly tokenCount: number },
): Cut[] {
  return lost === null ? [] : [{ text, tokenCount, ...lost }];
}

interface Reading {
  readonly reader: string;
  readonly room: number;
  readonly help: string;
  readonly command?: string;
}

function cutWarning(list: TextList, found: readonly Cut[], { reader, room, ...help }: Reading): Diagnostic {
  const [first] = found;
  if (first === undefined) throw new Error("there is nothing to warn of");
  const { word, tokenCount, text } = first;
  const ending = `from “${shorten(word)}” on it is cut off`;
  const message =
    list.texts.length === 1
      ? `the ${list.what} is too long: it has ${counted(tokenCount, "token")}, and ${reader} reads ${room}; ${ending}`
      : `${ofList(found.length, list, ["is", "are"])} too long: ${reader} reads ${counted(room, "token")}; ${found.length === 1 ? "" : "the first, "}“${shorten(text)}”${found.length === 1 ? "" : ","} has ${tokenCount}, and ${ending}`;
  return { severity: "warning", code: "text-cut", at: list.at, message, ...help };
}

function ofList(count: number, { what, texts }: TextList, verb: readonly [string, string]): string {
  return countedOf(count, texts.length, what, verb);
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > 40 ? `${characters.slice(0, 40).join("")}…` : text;
}

/** “the negative has”, “2 of 5 prompts have” */
function having(count: number, list: TextList): string {
  return list.texts.length === 1 ? `the ${list.what} has` : ofList(count, list, ["has", "have"]);
}

/** Signs that mean weights elsewhere, and here are read as they stand. */
function checkSyntax(reading: TextReading, list: TextList): Diagnostic[] {
  if (reading.promptWeights !== "none") return [];
  const found = list.texts.filter((text) => findWeightSyntax(text) !== undefined);
  const [first] = found;
  if (first === undefined) return [];
  return [
    {
      severity: "warning",
      code: "prompt-syntax",
      at: list.at,
      message: `${having(found.length, list)} signs that are weights in other programs, such as “${shorten(findWeightSyntax(first) ?? "")}”; they are read as they stand`,
      help: "remove the signs, or have weights read, which a recipe's `promptWeights` and the Encoder node offer",
      command: "`--prompt-weights a1111`, or compel",
    },
  ];
}

/** Words that are drawn elsewhere, and here are read as they stand. */
function checkChoices(list: TextList): Diagnostic[] {
  if (list.isDynamic === true) return [];
  const found = list.texts.flatMap((text) => findChoice(text) ?? []);
  const [first] = found;
  if (first === undefined) return [];
  return [
    {
      severity: "warning",
      code: "prompt-choices-unread",
      at: list.at,
      message: `${having(found.length, list)} words in braces of which other programs draw one, such as “${shorten(first)}”; they are read as they stand`,
      help:
        list.isDynamic === undefined
          ? "remove the braces"
          : "switch on Dynamic prompts (Prompts node, or a recipe's `dynamicPrompts`), by which one of the words is drawn, or remove the braces",
    },
  ];
}
