// A prompt in which words are drawn: `a {red|green} apple on a {blue|{light |}gray} background`, as ComfyUI and the webui's extension of
// dynamic prompts write it. A sign that is meant as it stands has a backslash: \{ \} \|

import type { Diagnostic } from "./diagnostic.ts";

/** Text, and choices between several texts, in which there may be choices again. */
export type DynamicPrompt = readonly (string | Choice)[];
export type Choice = readonly DynamicPrompt[];

export type PromptFault = Pick<Diagnostic, "code" | "message" | "help">;

export type ReadDynamicPrompt =
  | { readonly prompt: DynamicPrompt; readonly fault?: undefined }
  | { readonly prompt?: undefined; readonly fault: PromptFault };

/** Choices within one another: deeper ones are a slip, and would be walked through at each step. */
const DEEPEST = 16;

export function readDynamicPrompt(text: string): ReadDynamicPrompt {
  const choices: { readonly at: number; readonly options: DynamicPrompt[] }[] = [];
  const wildcard = /__[A-Za-z\d*][\w/*-]*__/.exec(text);
  if (wildcard !== null) return { fault: wildcardFault(text, wildcard[0]) };
  // One for each choice that is open, and the whole text.
  const open: (string | Choice)[][] = [[]];
  for (let i = 0; i < text.length; i++) {
    const sign = text.charAt(i);
    const choice = choices.at(-1);
    const isOptionNext = sign === "{" || (sign === "|" && choice !== undefined);
    const amount = isOptionNext ? /^\s*[\d.-]+\s*(?:\$\$|::)/.exec(text.slice(i + 1, i + 40)) : null;
    if (amount !== null) return { fault: amountFault(text, amount[0].trim()) };
    if (sign === "\\" && /[{}|]/.test(text.charAt(i + 1))) {
      addText(open, text.charAt(i + 1));
      i += 1;
    } else if (sign === "{") {
      if (choices.length === DEEPEST) return { fault: deepFault(text) };
      choices.push({ at: i, options: [] });
      open.push([]);
    } else if (sign === "|" && choice !== undefined) {
      choice.options.push(open.pop() ?? []);
      open.push([]);
    } else if (sign === "}") {
      if (choice === undefined) return { fault: unbalancedFault(text, i, "closes what no { opened") };
      choices.pop();
      const last = open.pop() ?? [];
      open.at(-1)?.push([...choice.options, last]);
    } else {
      addText(open, sign);
    }
  }
  const unclosed = choices.at(-1);
  if (unclosed !== undefined) return { fault: unbalancedFault(text, unclosed.at, "is never closed") };
  return { prompt: open[0] ?? [] };
}

/** @param draw a whole number from 0 to `below − 1` for the choice of this number, counted in the order of reading */
export function wordPrompt(prompt: DynamicPrompt, draw: (below: number, choice: number) => number): string {
  let choice = 0;
  const word = (parts: DynamicPrompt): string =>
    parts
      .map((part) => {
        if (typeof part === "string") return part;
        const option = part[draw(part.length, choice++)];
        if (option === undefined) throw new Error(`a choice between ${part.length} has no such option`);
        return word(option);
      })
      .join("");
  return word(prompt);
}

/** Of each choice the longest option. @param lengthOf of a text, by whatever counts */
export function longestWording(prompt: DynamicPrompt, lengthOf: (text: string) => number): string {
  return prompt
    .map((part) => {
      if (typeof part === "string") return part;
      const options = part.map((option) => longestWording(option, lengthOf));
      const lengths = options.map(lengthOf);
      return options[lengths.indexOf(Math.max(...lengths))] ?? "";
    })
    .join("");
}

/** All texts that it stands for: as many as `countWordings` says. */
export function allWordings(prompt: DynamicPrompt): readonly string[] {
  return prompt.reduce<readonly string[]>(
    (texts, part) => {
      const options = typeof part === "string" ? [part] : part.flatMap(allWordings);
      return texts.flatMap((text) => options.map((option) => text + option));
    },
    [""],
  );
}

/** How many texts it stands for; equal ones count each. */
export function countWordings(prompt: DynamicPrompt): number {
  return prompt.reduce(
    (product, part) =>
      typeof part === "string" ? product : product * part.reduce((sum, option) => sum + countWordings(option), 0),
    1,
  );
}

/** A choice in a text that is read as it stands. */
export function findChoice(text: string): string | undefined {
  return text.match(/(?<!\\)\{[^{}]*\}/g)?.find((braces) => braces.includes("|"));
}

function addText(open: readonly (string | Choice)[][], sign: string): void {
  const parts = open.at(-1);
  const last = parts?.at(-1);
  if (typeof last === "string") parts?.splice(-1, 1, last + sign);
  else parts?.push(sign);
}

function unbalancedFault(text: string, at: number, what: string): PromptFault {
  return {
    code: "prompt-braces",
    message: `in “${excerpt(text)}” the ${text.charAt(at)} at character ${at + 1} ${what}`,
    help: "write {one|another} for words that are drawn, and \\{ or \\} for a brace that is meant as it stands",
  };
}

function amountFault(text: string, sign: string): PromptFault {
  return {
    code: "prompt-choice",
    message: `in “${excerpt(text)}”, “${sign}” asks for several of the words at once, or for some of them more often, which is not read here`,
    help: "write {one|another}, of which one is drawn; what stands twice is drawn twice as often",
  };
}

function wildcardFault(text: string, name: string): PromptFault {
  return {
    code: "prompt-wildcard",
    message: `in “${excerpt(text)}”, ${name} stands for the lines of a file, which are not read here`,
    help: "write these lines in place of it, as {one|another}",
  };
}

function deepFault(text: string): PromptFault {
  return {
    code: "prompt-choice",
    message: `in “${excerpt(text)}” choices stand within one another more than ${DEEPEST} deep`,
    help: "write them beside one another",
  };
}

function excerpt(text: string): string {
  const characters = Array.from(text);
  return characters.length > 60 ? `${characters.slice(0, 60).join("")}…` : text;
}
