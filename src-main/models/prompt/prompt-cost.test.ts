import { expect, test } from "vitest";
import { readA1111Parameters } from "../../engine/foreign/a1111-parameters.ts";
import { expectWithin } from "../../weights/testing/budget.ts";
import { createClipTokenizer } from "../tokenizer/clip-tokenizer.ts";
import { readClipVocabulary } from "../tokenizer/clip-vocabulary.ts";
import { fixText } from "../tokenizer/fix-text.ts";
import { parseA1111 } from "./a1111-weights.ts";
import { parseCompel } from "./compel-weights.ts";
import { findWeightSyntax } from "./read-parts.ts";

const LENGTH = 200_000;
const many = (part: string): string => part.repeat(Math.ceil(LENGTH / part.length));

/** What somebody can paste into a prompt, or send in a file. */
const TEXTS: Readonly<Record<string, string>> = {
  "opened brackets": many("("),
  "opened brackets with words": many("(a "),
  "nested brackets": many("(") + many(")"),
  "words in brackets": many("(a)1.2 "),
  "closed brackets": many(")"),
  backslashes: many("\\"),
  spaces: `a${many(" ")}b`,
  "digits of a weight": `(a:${many("1")}`,
  "colons behind a bracket": `(${many(":")}`,
  "plus and minus": many("+-"),
  "one letter": many("a"),
  letters: Array.from({ length: LENGTH }, (_, i) => String.fromCharCode(97 + ((i * i + 7 * (i >> 3)) % 26))).join(""),
  "nested entities": `&${many("amp;")}`,
  "layers of mojibake": many("ÃƒÂ"),
  "opened networks": many("<lora:a"),
  "unclosed network": `<lora:${many("a:")}`,
};
const clip = createClipTokenizer(readClipVocabulary("end"));

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  "weights of the webui": parseA1111,
  "weights of Compel": parseCompel,
  "a search for weights": findWeightSyntax,
  cleaning: fixText,
  "cutting into tokens": (text) => clip.words(text),
  "parameters of the webui": (text) => readA1111Parameters(`${text}\nNegative prompt: ${text}\nSteps: 2, ${text}`),
};

test.each(Object.entries(READERS))("%s takes a time that grows with the text and no faster", (_, read) => {
  for (const [what, text] of Object.entries(TEXTS)) {
    expectWithin({ seconds: 3, megabytes: 400 }, () => {
      try {
        read(text);
      } catch (error) {
        expect(error, what).toMatchObject({ diagnostics: [{ code: "prompt-syntax" }] });
      }
    });
  }
});

test("weights count 200 levels deep, and deeper ones are refused with the way out", () => {
  const [part] = parseA1111(`${"(".repeat(200)}a${")".repeat(200)}`);
  expect(part).toMatchObject({ text: "a", weight: expect.closeTo(1.1 ** 200, -4) });
  expect(parseCompel(`${"(".repeat(200)}a${")".repeat(200)}`)).toEqual([{ text: "a", weight: 1 }]);
  expect(() => parseA1111("(".repeat(201))).toThrow(/more than 200 brackets that lie in each other/);
  expect(() => parseCompel("(".repeat(201) + ")".repeat(201))).toThrow(/more than 200 brackets/);
  expect(() => parseCompel(`a${"+".repeat(201)}`)).toThrow(/more than 200 \+ and - in a row/);
});

test("settings with quotes, commas and spaces are read as before", () => {
  const parameters = [
    "a <lora:one:0.8><lora:two> hen",
    'Steps: 28, Sampler: DPM++ 2M Karras, Size: 512x640, Model hash: a, Model: deliberate, TI hashes: "bad, x: c7, hands: d8", Version: v1',
  ];
  expect(readA1111Parameters(parameters.join("\n"))).toMatchObject({
    prompts: ["a  hen"],
    loras: ["one", "two"],
    sampler: "DPM++ 2M Karras",
    model: "deliberate",
    size: { width: 512, height: 640 },
  });
});
