// Texts: lists of prompts in all their formats, and each prompt cleaned, weighted and cut into tokens.

import { renameSync } from "node:fs";
import { decodeText } from "../../../src-main/common/decode-text.ts";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { findWeightSyntax, readParts, wordsOf } from "../../../src-main/models/prompt/read-parts.ts";
import { createClipTokenizer } from "../../../src-main/models/tokenizer/clip-tokenizer.ts";
import { readClipVocabulary } from "../../../src-main/models/tokenizer/clip-vocabulary.ts";
import { createOpenClipTokenizer } from "../../../src-main/models/tokenizer/open-clip-tokenizer.ts";
import { readPromptFile } from "../../../src-main/texts/prompt-file.ts";
import type { Target } from "../target.ts";
import { json } from "./seeds.ts";

const LISTS = [
  "a red apple\n# a rocket\n\na lighthouse, (drawn:1.2) [well] (((very))) \\(so\\)\r\n",
  'prompt,style\n"a red apple, ""ripe""",photo\na rocket;now,drawing\n',
  "caption\tseed\na red apple\t1\n",
  '{"prompt": "a red apple"}\n{"text": "a rocket"}\n',
];
const PROMPTS = [
  '(a red++ apple)1.5, (a rocket)-- and-then ("one", "two").and() {a|b}',
  "l&#39;&amp;eacute;t&eacute; Ã©tÃ© â€œquotedâ€\u009d ﬁne ＷＩＤＥ 日本語 😀 <|endoftext|>",
  "a fox BREAK in the snow AND a hen <lora:detail:0.8> embedding:bad-hands",
];

export const prompts: Target = {
  form: "text",
  name: "prompts.txt",
  seeds: () => [
    ...LISTS.map((text) => Buffer.from(text)),
    json(["a red apple", { prompt: "a rocket" }, { caption: "a hen" }]),
    json({ prompts: ["a red apple"] }),
    Buffer.from("\ufeffa red apple\n", "utf16le"),
    Buffer.from("un \xe9t\xe9\n", "latin1"),
  ],
  open: () => (path) => {
    // Each reader is chosen by the name.
    let before = path;
    let refusal: Refusal | null = null;
    for (const ending of [".txt", ".json", ".jsonl", ".csv", ".tsv"]) {
      const name = path.replace(/\.txt$/, ending);
      renameSync(before, name);
      before = name;
      try {
        readPromptFile(name);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusal = error;
      }
    }
    if (refusal !== null) throw refusal;
  },
};

export const promptTexts: Target = {
  form: "text",
  name: "prompt.txt",
  seeds: () => [...LISTS, ...PROMPTS].map((text) => Buffer.from(text)),
  open() {
    const clip = createClipTokenizer(readClipVocabulary("end"));
    const openClip = createOpenClipTokenizer(readClipVocabulary("zero"));
    return (_, bytes) => {
      const decoded = decodeText(bytes);
      if (typeof decoded === "string") return;
      findWeightSyntax(decoded.text);
      openClip.encode(decoded.text);
      for (const promptWeights of ["none", "a1111", "compel"] as const) {
        wordsOf(decoded.text, { promptWeights });
        for (const part of readParts(decoded.text, { promptWeights })) clip.words(part === "break" ? "" : part.text);
      }
    };
  },
};
