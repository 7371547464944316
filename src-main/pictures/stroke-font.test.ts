import sharp from "sharp";
import { expect, test } from "vitest";
import { letter, measureText, wrapText } from "./stroke-font.ts";

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/** Pixels darkened by a text on white, by column. */
async function inkOf(text: string): Promise<readonly number[]> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><rect width="60" height="60" fill="#fff"/>${letter(
    text,
    { x: 10, y: 40, capHeight: 28, colour: "#000" },
  )}</svg>`;
  const pixels = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer();
  return Array.from({ length: 60 }, (_, x) =>
    Array.from({ length: 60 }, (_value, y) => 255 - (pixels[60 * y + x] ?? 0)).reduce((sum, ink) => sum + ink, 0),
  );
}

test("every printable ASCII character has a glyph of its own that leaves ink inside its width", async () => {
  const box = letter("\u0416", { x: 0, y: 0, capHeight: 14, colour: "#000" });
  const drawings = new Set<string>();
  for (const character of ASCII) {
    const drawing = letter(character, { x: 0, y: 0, capHeight: 14, colour: "#000" });
    expect(drawing, character).not.toBe(box);
    drawings.add(drawing);
    const ink = await inkOf(character);
    const right = 10 + measureText(character, 28);
    const inside = ink.slice(7, Math.ceil(right + 3)).reduce((sum, value) => sum + value, 0);
    const all = ink.reduce((sum, value) => sum + value, 0);
    expect(inside, character).toBe(all);
    expect(all > 0, character).toBe(character !== " ");
  }
  expect(drawings.size).toBe(95);
});

test("a character without a glyph becomes a box, one for a whole emoji", () => {
  const boxes = letter("👩🏽‍🚒Ж", { x: 0, y: 0, capHeight: 14, colour: "#000" });
  expect(boxes.match(/h8v14h-8z/g)).toHaveLength(2);
});

test("the anchor says which end of the text stands at x", () => {
  const at = (anchor: "start" | "middle" | "end"): string | undefined =>
    /translate\(([-\d.]+) /.exec(letter("HH", { x: 100, y: 0, capHeight: 14, colour: "#000", anchor }))?.[1];
  // Two H of 10 and a gap of 3.8.
  expect([at("start"), at("middle"), at("end")]).toEqual(["100", "88.1", "76.2"]);
});

test("lines break between words, a word that is too long is cut, and what is left over ends in an ellipsis", () => {
  expect(wrapText("a red apple", 1000, 10, 2)).toEqual(["a red apple"]);
  expect(wrapText("aaaa bbbb  cccc", measureText("aaaa bbbb", 10), 10, 3)).toEqual(["aaaa bbbb", "cccc"]);
  expect(wrapText("HHHHH", measureText("HH", 10), 10, 9)).toEqual(["HH", "HH", "H"]);
  const narrow = measureText("HHHH", 10);
  const lines = wrapText("HHHH HHHH HHHH", narrow, 10, 2);
  expect(lines[0]).toBe("HHHH");
  expect(lines[1]).toMatch(/^H+…$/);
  expect(Math.max(...lines.map((line) => measureText(line, 10)))).toBeLessThanOrEqual(narrow);
  expect(wrapText("", 10, 10, 2)).toEqual([]);
});
