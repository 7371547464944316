// Text for a terminal. Names of files and words out of files may hold control characters, which a terminal would obey: it could be made to
// hide lines, to rename its window or to type. They are shown by their numbers.

/** All but line feed and tab: C0, delete and C1, and what turns the direction of writing. */
const CONTROL = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `\x1b` for escape; a carriage return before a line feed is only that of Windows. */
export function terminalText(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(CONTROL, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

/** A document that stays the same to every reader of JSON, and that a terminal can show. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    CONTROL,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
