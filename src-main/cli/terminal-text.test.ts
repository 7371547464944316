import { expect, test } from "vitest";
import { jsonText, terminalText } from "./terminal-text.ts";

test.each([
  ["\x1b]0;renamed\x07", String.raw`\x1b]0;renamed\x07`],
  ["up \x1b[1A\x1b[2K gone", String.raw`up \x1b[1A\x1b[2K gone`],
  ["over\rwritten", String.raw`over\x0dwritten`],
  ["c1 \x9b2J", String.raw`c1 \x9b2J`],
  ["evil\u202egnp.exe", String.raw`evil\u202egnp.exe`],
  ["two\r\nlines\tand a tab", "two\nlines\tand a tab"],
  ["Größe → 🍎", "Größe → 🍎"],
])("%j is shown as %j", (raw, shown) => {
  expect(terminalText(raw)).toBe(shown);
});

test("a JSON document holds no control character and says the same", () => {
  const value = { name: "a\x1b[2Jb\x9bc\u202ed\n" };
  expect(jsonText(value)).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
  expect(JSON.parse(jsonText(value))).toEqual(value);
});
