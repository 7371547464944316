import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { addPngText, readPngText } from "./png-text.ts";

let png: Uint8Array = new Uint8Array();
beforeAll(async () => {
  png = await sharp(Buffer.from([9, 8, 7]), { raw: { width: 1, height: 1, channels: 3 } })
    .png()
    .toBuffer();
});

/** A chunk written by hand, with the checksum as given. */
function chunk(type: string, data: Buffer, checksum: number): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, "latin1");
  data.copy(bytes, 8);
  bytes.writeUInt32BE(checksum, 8 + data.length);
  return bytes;
}

/** CRC-32 bit by bit, as the appendix of the PNG specification defines it. */
function slowCrc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function withChunk(type: string, data: Buffer, checksum = slowCrc32(Buffer.concat([Buffer.from(type), data]))): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunk(type, data, checksum), png.subarray(33)]);
}

test("texts come back as they were, in Latin-1 and beyond", () => {
  const text = {
    parameters: "a red apple\nseed: 7",
    Comment: "café",
    prompt: "🍎 на синем",
    __proto: "",
    workflow: '{"a":1}',
  };
  const marked = addPngText(png, text);
  expect(readPngText(marked, "a.png")).toEqual(text);
  expect(Buffer.from(marked).includes("tEXtparameters\0a red apple")).toBe(true);
  expect(Buffer.from(marked).includes("iTXtprompt\0")).toBe(true);
});

test("other programs read the texts, and the pixels stay", async () => {
  const marked = addPngText(png, { Title: "apple", Description: "яблоко" });
  const { comments } = await sharp(marked).metadata();
  expect(comments).toEqual([
    { keyword: "Title", text: "apple" },
    { keyword: "Description", text: "яблоко" },
  ]);
  expect([...(await sharp(marked).raw().toBuffer())]).toEqual([9, 8, 7]);
});

test("compressed texts of other programs are read", () => {
  const packed = deflateSync(Buffer.from("größer".normalize(), "utf8"));
  expect(
    readPngText(withChunk("zTXt", Buffer.concat([Buffer.from("a\0\0"), deflateSync("x".repeat(999))])), "a.png"),
  ).toEqual({
    a: "x".repeat(999),
  });
  expect(readPngText(withChunk("iTXt", Buffer.concat([Buffer.from("b\0\x01\0de\0\0"), packed])), "a.png")).toEqual({
    b: "größer",
  });
});

test("the keyword __proto__ is only a keyword", () => {
  const text = readPngText(withChunk("tEXt", Buffer.from("__proto__\0polluted")), "a.png");
  expect(Object.entries(text)).toEqual([["__proto__", "polluted"]]);
  expect(Object.getPrototypeOf(text)).toBe(Object.prototype);
});

test("a wrong checksum, a cut, a missing keyword end and a text that unpacks without bound are refused", () => {
  const bomb = Buffer.concat([Buffer.from("a\0\0"), deflateSync(Buffer.alloc(9 * 2 ** 20))]);
  expect(codeOf(() => readPngText(withChunk("tEXt", Buffer.from("a\0b"), 1), "a.png"))).toBe("png-damaged");
  expect(codeOf(() => readPngText(addPngText(png, { a: "b" }).subarray(0, 40), "a.png"))).toBe("png-damaged");
  expect(codeOf(() => readPngText(addPngText(png, { a: "b" }).subarray(0, 44), "a.png"))).toBe("png-damaged");
  expect(codeOf(() => readPngText(withChunk("tEXt", Buffer.from("no end")), "a.png"))).toBe("png-damaged");
  expect(codeOf(() => readPngText(withChunk("zTXt", bomb), "a.png"))).toBe("png-damaged");
  expect(codeOf(() => readPngText(Buffer.from("GIF89a"), "a.gif"))).toBe("not-a-png");
});

test("a file cut anywhere gives its texts or a refusal, never another fault", () => {
  const marked = addPngText(png, { a: "b", c: "ж" });
  const faults = new Set<string>();
  for (let length = 8; length < marked.length; length++) {
    try {
      readPngText(marked.subarray(0, length), "a.png");
    } catch (error) {
      faults.add(error instanceof Refusal ? String(error.diagnostics[0]?.code) : `at ${length}: ${String(error)}`);
    }
  }
  expect([...faults]).toEqual(["png-damaged"]);
});

test("a keyword that PNG does not allow is our own fault", () => {
  for (const keyword of ["", " a", "a ", "ж", "x".repeat(80), "a\0b"]) {
    expect(() => addPngText(png, { [keyword]: "" }), keyword).toThrow("keyword");
  }
});
