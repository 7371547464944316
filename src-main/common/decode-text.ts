// Bytes that a person calls text, as text: UTF-8, UTF-16 and UTF-32 with or without a byte order mark, and Windows-1252, which holds
// Latin-1. What could be anything else is not guessed at.

export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  readonly encoding: Encoding;
}

export type Encoding = "UTF-8" | "UTF-16 LE" | "UTF-16 BE" | "UTF-32 LE" | "UTF-32 BE" | "Windows-1252";

/** Why bytes are no text that can be read. */
export type Undecodable = "no text" | "unknown encoding";

/** @param bytes a whole file */
export function decodeText(bytes: Uint8Array): DecodedText | Undecodable {
  const marked = MARKS.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte));
  if (marked !== undefined) {
    return settle(marked.decode(bytes.subarray(marked.mark.length)), marked.encoding);
  }
  if (bytes.includes(0)) return decodeWide(bytes);
  const text = decodeWith("utf-8", bytes);
  if (text !== undefined) return settle(text, "UTF-8");
  return decodeWestern(bytes);
}

/** Characters that no text has; ends of lines and pages are none of them. */
const CONTROL = /[\x00-\x08\x0e-\x1f\x7f]/;

/** DOS ended a text by a character of its own. */
function settle(text: string | undefined, encoding: Encoding): DecodedText | Undecodable {
  const body = text?.endsWith("\x1a") === true ? text.slice(0, -1) : text;
  return body === undefined || CONTROL.test(body) ? "no text" : { text: body, encoding };
}

interface Mark {
  readonly mark: readonly number[];
  readonly encoding: Encoding;
  readonly decode: (bytes: Uint8Array) => string | undefined;
}

/** The longer before those that they begin with. */
const MARKS: readonly Mark[] = [
  { mark: [0xef, 0xbb, 0xbf], encoding: "UTF-8", decode: (bytes) => decodeWith("utf-8", bytes) },
  { mark: [0xff, 0xfe, 0, 0], encoding: "UTF-32 LE", decode: (bytes) => decodeUtf32(bytes, true) },
  { mark: [0, 0, 0xfe, 0xff], encoding: "UTF-32 BE", decode: (bytes) => decodeUtf32(bytes, false) },
  { mark: [0xff, 0xfe], encoding: "UTF-16 LE", decode: (bytes) => decodeWith("utf-16le", bytes) },
  { mark: [0xfe, 0xff], encoding: "UTF-16 BE", decode: (bytes) => decodeWith("utf-16be", bytes) },
];

/** A further byte order mark stays, as the character that it then is. */
function decodeWith(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function decodeUtf32(bytes: Uint8Array, isLittle: boolean): string | undefined {
  if (bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const characters: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const code = view.getUint32(at, isLittle);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    characters.push(String.fromCodePoint(code));
  }
  return characters.join("");
}

/**
 * UTF-16 without a mark: the zero bytes of its ASCII characters, line ends among them, stand all in the upper halves.
 * Zeros in both halves are no text.
 */
function decodeWide(bytes: Uint8Array): DecodedText | Undecodable {
  let [even, odd] = [0, 0];
  if (bytes.length % 2 !== 0) return "no text";
  for (let i = bytes.indexOf(0); i !== -1; i = bytes.indexOf(0, i + 1)) {
    if (i % 2 === 0) even += 1;
    else odd += 1;
    if (even > 0 && odd > 0) return "no text";
  }
  const encoding = odd > 0 ? "UTF-16 LE" : "UTF-16 BE";
  const text = decodeWith(encoding === "UTF-16 LE" ? "utf-16le" : "utf-16be", bytes);
  // Bytes that only look wide give characters that nobody has assigned.
  return settle(text !== undefined && /\p{Cn}/u.test(text) ? undefined : text, encoding);
}

/**
 * One byte a character, as Western languages have it: most letters are ASCII, and those with accents stand single or in twos among
 * them. In Chinese, Japanese, Korean, Cyrillic and Greek encodings they stand in rows, or everywhere in twos.
 */
function decodeWestern(bytes: Uint8Array): DecodedText | Undecodable {
  // One character a byte, so that a pattern can name bytes.
  const codes = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, i) =>
    String.fromCharCode(...bytes.subarray(i * CHUNK, (i + 1) * CHUNK)),
  ).join("");
  if (CONTROL.test(codes.endsWith("\x1a") ? codes.slice(0, -1) : codes)) return "no text";
  const runs = codes.match(/[\x80-\xff]+/g) ?? [];
  const words = codes.match(/[A-Za-z\x80-\xff]+/g) ?? [];
  const isWestern =
    !/[\x81\x8d\x8f\x90\x9d]/.test(codes) &&
    runs.every(({ length }) => length <= 2) &&
    runs.some(({ length }) => length === 1) &&
    words.every((word) => word.length === 1 || /[A-Za-z]/.test(word) || /^[\x80-\xbf]+$/.test(word));
  const text = isWestern ? decodeWith("windows-1252", bytes) : undefined;
  return text === undefined ? "unknown encoding" : settle(text, "Windows-1252");
}

/** Arguments of one call. */
const CHUNK = 8192;
