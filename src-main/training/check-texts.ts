// What becomes of the texts of a run before anything runs: what does not fit is cut off, and that is said, once for each list.

import { counted, countedOf } from "../common/counted.ts";
import type { Diagnostic, Place } from "../common/diagnostic.ts";
import { findWeightSyntax } from "../models/prompt/read-parts.ts";
import type { LostWords } from "../models/tokenizer/fit-words.ts";
import type { Generator } from "./generator.ts";
import type { Judge } from "./judge.ts";
import type { Plan } from "./plan.ts";
import { chunkPrompt } from "./prompt-chunks.ts";
import type { Learner } from "./reneg-step.ts";

export interface TextList {
  /** `prompt`, `negative` */
  readonly what: string;
  readonly texts: readonly string[];
  readonly at: Place;
  /** Chunks that are kept; absent: as many as the generator has. */
  readonly most?: number;
}

/** @returns warnings of a list that a pipeline draws by */
export function checkDrawnTexts(generator: Generator, list: TextList): Diagnostic[] {
  const { reader, chunks, tokenizer, pipeline } = generator;
  const most = Math.min(list.most ?? chunks, chunks);
  const found = list.texts.flatMap((text) => cutOf(text, chunkPrompt(text, reader, most)));
  const room = most * (tokenizer.length - 2);
  const isChunkable = reader.reading.longPrompts === "cut" && list.most === undefined;
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
  return [...cut, ...checkSyntax(generator, list)];
}

/** @returns warnings of prompts that a reward judges by */
export function checkJudgedTexts({ reward, wordsOf }: Pick<Judge, "reward" | "wordsOf">, list: TextList): Diagnostic[] {
  const { text, name, path } = reward;
  if (text === null) return [];
  const read = list.texts.map((prompt) => ({ prompt, ...text.tokenizer.encode(wordsOf(prompt)) }));
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

/** All texts of a run, as they are read by its pipeline and its rewards. */
export function checkTexts({ generator, objectives, heldOut }: Learner, plan: Plan): Diagnostic[] {
  const handwritten = plan.evaluations.map(({ handwritten }) => handwritten);
  const drawn: TextList[] = [
    { what: "prompt", texts: plan.prompts, at: { part: "prompts" } },
    ...plan.previews.map(({ prompts = [] }, i) => ({
      what: "prompt",
      texts: prompts,
      at: { part: `previews.${i}.prompts` },
    })),
    ...plan.evaluations.map(({ prompts }, i) => ({
      what: "prompt",
      texts: prompts,
      at: { part: `evaluations.${i}.prompts` },
    })),
    ...plan.perSample.map(({ prompts }, i) => ({
      what: "prompt",
      texts: prompts,
      at: { part: `perSample.${i}.prompts` },
    })),
  ];
  const negatives: TextList[] = [
    { what: "negative", texts: handwritten, at: { part: "evaluations.handwritten" } },
    {
      what: "negative",
      texts: plan.previews.flatMap(({ negative }) => (negative?.kind === "text" ? negative.text : [])),
      at: { part: "previews.negative" },
    },
    {
      what: "initial prompt",
      texts: plan.start.kind === "text" ? [plan.start.text] : [],
      at: { part: "start.text" },
      most: 1,
    },
  ];
  const judges = [
    ...new Map(
      [...objectives.map(({ judge }) => judge), ...heldOut.values()].map((judge) => [judge.reward.path, judge]),
    ).values(),
  ];
  // A text that stands in several lists is told where it stands first.
  const told = new Set<string>();
  const fresh = ({ texts, ...list }: TextList): TextList => ({
    ...list,
    texts: [...new Set(texts)].filter((text) => !told.has(text)),
  });
  return [...drawn, ...negatives].flatMap((given) => {
    const list = fresh(given);
    const warnings = [
      ...checkDrawnTexts(generator, list),
      ...(drawn.includes(given) ? judges.flatMap((judge) => checkJudgedTexts(judge, list)) : []),
    ];
    for (const text of list.texts) told.add(text);
    return warnings;
  });
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

/** Signs that mean weights elsewhere, and here are read as they stand. */
function checkSyntax({ reader }: Generator, list: TextList): Diagnostic[] {
  if (reader.reading.promptWeights !== "none") return [];
  const found = list.texts.filter((text) => findWeightSyntax(text) !== undefined);
  const [first] = found;
  if (first === undefined) return [];
  const subject = list.texts.length === 1 ? `the ${list.what} has` : ofList(found.length, list, ["has", "have"]);
  return [
    {
      severity: "warning",
      code: "prompt-syntax",
      at: list.at,
      message: `${subject} signs that are weights in other programs, such as “${shorten(findWeightSyntax(first) ?? "")}”; they are read as they stand`,
      help: "remove the signs, or have weights read, which a recipe's `promptWeights` and the Encoder node offer",
      command: "`--prompt-weights a1111`, or compel",
    },
  ];
}
