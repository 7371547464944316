import { expect, test } from "vitest";
import {
  allWordings,
  countWordings,
  findChoice,
  longestWording,
  readDynamicPrompt,
  wordPrompt,
} from "./dynamic-prompt.ts";

/** All that a text stands for, by taking each option of each choice. */
function wordings(text: string): string[] {
  const prompt = read(text);
  const found = new Set<string>();
  for (let number = 0; number < 1000; number++) {
    let rest = number;
    found.add(
      wordPrompt(prompt, (below) => {
        const option = rest % below;
        rest = Math.floor(rest / below);
        return option;
      }),
    );
  }
  return [...found].toSorted();
}

function read(text: string) {
  const result = readDynamicPrompt(text);
  if (result.fault !== undefined) throw new Error(result.fault.message);
  return result.prompt;
}

const faultOf = (text: string) => readDynamicPrompt(text).fault;

test("a choice stands for one of its options, which may be empty", () => {
  expect(wordings("a {red|green} {big |}apple")).toEqual([
    "a green apple",
    "a green big apple",
    "a red apple",
    "a red big apple",
  ]);
});

test("choices stand within one another, and only those of the option that is drawn are drawn", () => {
  expect(wordings("{a|b {c|d}}")).toEqual(["a", "b c", "b d"]);
  const asked: number[] = [];
  wordPrompt(read("{a|{b|c}} {d|e}"), (_, choice) => {
    asked.push(choice);
    return 0;
  });
  expect(asked).toEqual([0, 1]);
});

test("a text without braces is itself, with bars and other signs", () => {
  for (const text of ["a | b", "(red:1.2) \\(c\\)", "", "a\\b"]) expect(wordings(text)).toEqual([text]);
});

test("a sign behind a backslash is meant as it stands", () => {
  expect(wordings("\\{a\\|b\\} {c\\|d|\\}}")).toEqual(["{a|b} c|d", "{a|b} }"]);
});

test("a brace without its other half is told with its place", () => {
  expect(faultOf("a {red apple")).toMatchInlineSnapshot(`
    {
      "code": "prompt-braces",
      "help": "write {one|another} for words that are drawn, and \\{ or \\} for a brace that is meant as it stands",
      "message": "in “a {red apple” the { at character 3 is never closed",
    }
  `);
  expect(faultOf("a red} apple")?.message).toBe("in “a red} apple” the } at character 6 closes what no { opened");
  expect(faultOf("{a|{b}")?.message).toContain("the { at character 1 is never closed");
});

test("what other programs draw by amounts or from files is refused, and not read as words", () => {
  for (const text of ["{2$$a|b}", "{0.5::a|b}", "{a|3::b}", "{1-2$$a|b}"]) {
    expect(faultOf(text)?.code, text).toBe("prompt-choice");
  }
  expect(faultOf("a __animal__")?.code).toBe("prompt-wildcard");
  expect(faultOf("{ratio 2::1|b}")).toBeUndefined();
});

test("choices are read to a depth that a person would write", () => {
  expect(faultOf(`${"{".repeat(16)}a${"}".repeat(16)}`)).toBeUndefined();
  expect(faultOf("{".repeat(100_000))?.code).toBe("prompt-choice");
});

test("the longest wording has the longest option of each choice", () => {
  const words = (text: string): number => text.split(/\s+/).length;
  expect(longestWording(read("{a|b c|{d|e f g}} {h i|j}"), words)).toBe("e f g h i");
});

test("wordings are counted without being written", () => {
  expect(countWordings(read("{a|b {c|d}} {e|f}"))).toBe(6);
  expect(allWordings(read("{a|b {c|d}} {e|f}"))).toEqual(["a e", "a f", "b c e", "b c f", "b d e", "b d f"]);
  expect(countWordings(read("{a|b}".repeat(40)))).toBe(2 ** 40);
});

test("a choice is found in a text that is read as it stands", () => {
  expect(findChoice("a {red|green} apple")).toBe("{red|green}");
  for (const text of ["a {red} apple", "a \\{red|green} apple", "a | b"]) expect(findChoice(text)).toBeUndefined();
});
