// HTML's character references, undone as Python's html.unescape and as ftfy do it: rewards of OpenCLIP read their texts so.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const FILE = new URL("../../../resources/html-entities/entities.txt.gz", import.meta.url);

let table: ReadonlyMap<string, string> | undefined;

/** Characters by name; most names end in a semicolon. */
function entities(): ReadonlyMap<string, string> {
  table ??= new Map([
    ["Tab;", "\t"],
    ["NewLine;", "\n"],
    ...gunzipSync(readFileSync(FILE))
      .toString("utf8")
      .split("\n")
      .map((line): [string, string] => [line.slice(0, line.indexOf("\t")), line.slice(line.indexOf("\t") + 1)]),
  ]);
  return table;
}

/** By the rules of HTML, which also reads references that lack their semicolon: the longest name that fits. */
export function unescapeHtml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g, (whole, reference: string) => {
    if (reference.startsWith("#")) return numbered(reference);
    const found = entities().get(reference);
    if (found !== undefined) return found;
    for (let length = reference.length - 1; length > 1; length--) {
      const shorter = entities().get(reference.slice(0, length));
      if (shorter !== undefined) return shorter + reference.slice(length);
    }
    return whole;
  });
}

/** Only references that end in a semicolon, but also those whose names were put into capitals. */
export function unescapeHtmlStrictly(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#?[0-9A-Za-z]{1,24};)/g, (whole, reference: string) => {
    if (reference.startsWith("#")) {
      const unescaped = unescapeHtml(whole);
      return unescaped.includes(";") ? whole : unescaped;
    }
    const found = entities().get(reference);
    if (found !== undefined) return found;
    const small = entities().get(reference.toLowerCase());
    const isCapital = small !== undefined && reference === reference.toUpperCase() && unescapeHtml(whole) === whole;
    return isCapital ? small.toUpperCase() : whole;
  });
}

/** The code points that HTML takes for those of Windows-1252. */
function numbered(reference: string): string {
  const digits = reference.replace(/;$/, "").slice(1);
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
  if (code >= 0x80 && code <= 0x9f) return new TextDecoder("windows-1252").decode(Uint8Array.of(code));
  const isNothing =
    (code < 0x20 && ![9, 10, 12, 13].includes(code)) ||
    code === 0x7f ||
    (code >= 0xfdd0 && code <= 0xfdef) ||
    (code & 0xfffe) === 0xfffe;
  return isNothing ? "" : String.fromCodePoint(code);
}
