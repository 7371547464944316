import { expect, test } from "vitest";
import { encodePng } from "../../src-main/pictures/picture.ts";
import { addPngText, readPngText } from "../../src-main/pictures/png-text.ts";
import { readPngChunks, textChunk, textOfChunk, writePngChunks } from "./png-chunks.ts";

const png = new Uint8Array(
  addPngText(await encodePng({ width: 2, height: 1, data: new Uint8Array([1, 2, 3, 4, 5, 6]) }), {
    Title: "a red apple",
    long: "日本",
  }),
);

test("what is cut apart and put together is the same file, with its checksums", async () => {
  const again = new Uint8Array(await writePngChunks(readPngChunks(png)).arrayBuffer());
  expect(again).toEqual(png);
});

test("texts are read and written as the program does", async () => {
  expect(readPngChunks(png).flatMap((chunk) => textOfChunk(chunk) ?? [])).toEqual([
    { keyword: "Title", text: "a red apple" },
    { keyword: "long", text: "日本" },
  ]);
  const [head, ...rest] = readPngChunks(png);
  if (head === undefined) throw new Error("no header");
  const written = writePngChunks([head, textChunk("parameters", "naïve"), textChunk("more", "日"), ...rest]);
  expect(readPngText(new Uint8Array(await written.arrayBuffer()), "x.png")).toEqual({
    Title: "a red apple",
    long: "日本",
    parameters: "naïve",
    more: "日",
  });
});

test("what is no PNG, or is cut off, is refused", () => {
  expect(() => readPngChunks(new Uint8Array([1, 2, 3]))).toThrow("not a PNG");
  expect(() => readPngChunks(png.slice(0, -20))).toThrow("cut off");
});
