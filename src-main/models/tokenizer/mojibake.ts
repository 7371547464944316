// Mojibake: UTF-8 that some program took for Latin-1 or Windows-1252, so that é became Ã©. It is undone where that leaves no doubt;
// mix-ups of other encodings are only recognised.

/** Bytes of Windows-1252 by character; the five that it leaves open stand for themselves, as in Latin-1. */
const BYTES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 128 }, (_, i): [string, number] => [
    new TextDecoder("windows-1252").decode(Uint8Array.of(128 + i)),
    128 + i,
  ]),
);

/** Characters of Windows-1252 for the bytes 0x80 to 0xbf, as which all but the first of a letter in UTF-8 appear; a space may stand for 0xa0. */
const CONTINUATION = [...BYTES].filter(([, byte]) => byte < 0xc0).map(([character]) => character);
const NEXT = `[ \\x80-\\x9f${CONTINUATION.map((character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`).join("")}]`;

/** Letters of UTF-8, one after the other, as they appear. */
const SEQUENCES = new RegExp(`(?:[Â-ß]${NEXT}|[à-ï]${NEXT}{2}|[ð-ô]${NEXT}{3})+`, "gu");

/**
 * What nobody writes: accented letters before signs that belong to numbers, money and law or to nothing, and the two letters that
 * begin most of Latin-1. Letters before quotes, dots and dashes are none of it.
 */
const UNLIKELY = new RegExp(
  [
    "[\\x80-\\x9f]",
    `[ÂÃ](?![ \u2013\u2014\u2018\u2019\u201c\u2026])${NEXT}`,
    "[Ä-Öà-öØ-ßø-ÿ][¢£¤¥€¦¨¬¯ƒˆ˜†‡‰ªº]",
    "[Ä-ÖØ-Þ][§¶°±²³µ¹¼½¾×÷]",
    "[à-öø-ÿß][ŠŒŽŸÀ-ÖØ-Þ]",
    "à[²µ¹¼½¾]",
    "(?:^|[a-z]\\s?)[ÂÃ] ",
  ].join("|"),
  "u",
);

/** Texts of several layers are undone layer by layer. */
export function undoMojibake(text: string): string {
  let now = text;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const next = undoOnce(now);
    if (next === now) break;
    now = next;
  }
  return now;
}

/** Each layer makes a letter at least twice as long: no text was ever mixed up as often. */
const MOST_LAYERS = 30;

/** The first place that still looks like it, in whatever encodings were mixed up. */
export function findMojibake(text: string): string | undefined {
  return (OTHERS.exec(text) ?? [])[0];
}

/** UTF-8 taken for Windows-1251, Mac Roman, Windows-1250, 1253 or code page 437, and letters that lost a byte. */
const OTHERS =
  /вЂ[\p{L}\p{P}\p{S}]|[РС][^\s\p{ASCII}](?:[РС][^\s\p{ASCII}]){2}|√[±∂†≠®™´≤≥¥µø©]|‚Ä[ìîïòôúùû†°¢π]|Γ[ÇÉ][^\s]|├[\p{L}\p{S}]|[a-z]Ã[ \ufffd]|β€|ā€|Ă[©¤ˇ±¶Ľ]/u;

function undoOnce(text: string): string {
  if (!UNLIKELY.test(text)) return text;
  const whole = decode(text);
  if (whole !== undefined) return whole;
  return text.replace(SEQUENCES, (found) => (UNLIKELY.test(found) ? (decode(found) ?? found) : found));
}

/** The text as bytes of Windows-1252, read as UTF-8; `undefined` if it is not that. */
function decode(text: string): string | undefined {
  const bytes = Array.from(text, (character) => BYTES.get(character) ?? lowByte(character));
  if (!bytes.every((byte) => byte !== undefined)) return undefined;
  const restored = Buffer.from(restoreSpaces(Buffer.from(bytes).toString("latin1")), "latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(restored);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Some programs made spaces of the byte 0xa0, which ends à among others: where a space would complete a letter, it was one.
 * À as a word of its own keeps the space behind it.
 */
function restoreSpaces(bytes: string): string {
  return bytes
    .replace(/\xc3 (?! |quele|quela|quilo|s )/g, "\xc3\xa0 ")
    .replace(
      /[\xc2\xc3\xc5\xce\xd0\xd9] |[\xe2\xe3] [\x80-\x84\x86-\x9f\xa1-\xbf]|[\xe0-\xe3][\x80-\x84\x86-\x9f\xa1-\xbf] /g,
      (letter) => letter.replace(" ", "\xa0"),
    );
}

/** ASCII, and the controls of Latin-1, which Windows-1252 has at none of its places. */
function lowByte(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code < 0xa0 ? code : undefined;
}
