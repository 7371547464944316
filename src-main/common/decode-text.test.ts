import { expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";

const lines = "a red apple\r\nein Café in 日本 🍎\r\n";

function utf16(text: string, isLittle: boolean): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).flatMap((unit) =>
    isLittle ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255],
  );
}

function utf32(text: string, isLittle: boolean): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0).flatMap((code) => {
    const bytes = [0, (code >> 16) & 255, (code >> 8) & 255, code & 255];
    return isLittle ? bytes.toReversed() : bytes;
  });
}

const read = (bytes: Iterable<number>) => decodeText(Uint8Array.from(bytes));

test("what editors write is read back, with and without a byte order mark", () => {
  const utf8 = [...new TextEncoder().encode(lines)];
  expect(read(utf8)).toEqual({ text: lines, encoding: "UTF-8" });
  expect(read([0xef, 0xbb, 0xbf, ...utf8])).toEqual({ text: lines, encoding: "UTF-8" });
  expect(read([0xff, 0xfe, ...utf16(lines, true)])).toEqual({ text: lines, encoding: "UTF-16 LE" });
  expect(read(utf16(lines, true))).toEqual({ text: lines, encoding: "UTF-16 LE" });
  expect(read([0xfe, 0xff, ...utf16(lines, false)])).toEqual({ text: lines, encoding: "UTF-16 BE" });
  expect(read(utf16(lines, false))).toEqual({ text: lines, encoding: "UTF-16 BE" });
  expect(read([0xff, 0xfe, 0, 0, ...utf32(lines, true)])).toEqual({ text: lines, encoding: "UTF-32 LE" });
  expect(read([0, 0, 0xfe, 0xff, ...utf32(lines, false)])).toEqual({ text: lines, encoding: "UTF-32 BE" });
});

test("Western texts of one byte a character are read as Windows-1252", () => {
  const western = ["café\nMünchen\n", "naïve façade", "på en ö", "ystävää päivää", "£5 – “très” cher…", "¡Olé!"];
  const bytes = (text: string) => Array.from(text, (c) => "–“”…".indexOf(c)).map((i) => [0x96, 0x93, 0x94, 0x85][i]);
  for (const text of western) {
    const encoded = Array.from(text, (c, i) => bytes(text)[i] ?? c.charCodeAt(0));
    expect(read(encoded), text).toEqual({ text, encoding: "Windows-1252" });
  }
});

test("encodings that cannot be told are not guessed at", () => {
  // 苹果 汽车 in GBK, りんご in Shift-JIS, 蘋果 in Big5, "красное яблоко" in Windows-1251, 사과 in EUC-KR
  expect(read([0xc6, 0xbb, 0xb9, 0xfb, 0x0a, 0xc6, 0xfb, 0xb3, 0xb5])).toBe("unknown encoding");
  expect(read([0x82, 0xe8, 0x82, 0xf1, 0x82, 0xb2])).toBe("unknown encoding");
  expect(read([0xc4, 0xab, 0xaa, 0x47])).toBe("unknown encoding");
  expect(read([0xea, 0xf0, 0xe0, 0xf1, 0xed, 0xee, 0xe5, 0x20, 0xff, 0xe1])).toBe("unknown encoding");
  expect(read([0xbb, 0xe7, 0xb0, 0xfa])).toBe("unknown encoding");
});

test("bytes that are no text are none", () => {
  expect(read([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])).toBe("no text");
  expect(read([0x50, 0x4b, 3, 4, 20, 0, 0, 0])).toBe("no text");
  expect(read([0, 0, 0, 0])).toBe("no text");
  expect(read([0x61, 0, 0x62])).toBe("no text");
  expect(read([0xff, 0xfe, 0x61])).toBe("no text");
  expect(read([0x61, 7, 0x62])).toBe("no text");
});

test("an empty text, and the end mark of DOS, are fine", () => {
  expect(read([])).toEqual({ text: "", encoding: "UTF-8" });
  expect(read([0x61, 0x0a, 0x1a])).toEqual({ text: "a\n", encoding: "UTF-8" });
});
