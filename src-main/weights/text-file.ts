// The one reader of the text files that people give: bounded in size, decoded whatever program wrote them, refused by name where
// they hold no text.

import { counted } from "../common/counted.ts";
import { decodeText, type DecodedText } from "../common/decode-text.ts";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { readRange, withOpenFile } from "./byte-range.ts";
import { recogniseForeignFile } from "./foreign-file.ts";

export interface TextFileOptions {
  /** Bytes. */
  readonly limit?: number;
  /** The way out of a file that is not there. */
  readonly missing?: string;
  /** What should lie there, for messages: `a list of prompts`. */
  readonly what?: string;
}

/** Longer texts are nothing that anyone wrote by hand, nor the vocabulary of a tokenizer. */
const LARGEST_TEXT = 64 * 2 ** 20;

/** @throws Refusal if the file is missing, a folder, too large, or no text */
export function readTextFile(file: string, options: TextFileOptions = {}): string {
  return readDecodedFile(file, options).text;
}

/** As `readTextFile`, with what the text was written in. */
export function readDecodedFile(
  file: string,
  { limit = LARGEST_TEXT, missing, what = "a text" }: TextFileOptions = {},
): DecodedText {
  const bytes = withOpenFile(
    file,
    (opened) => {
      if (opened.size > limit) refuseSize(file, opened.size, limit, what);
      return readRange(opened, 0, opened.size);
    },
    missing,
  );
  const decoded = decodeText(bytes);
  if (typeof decoded !== "string") return decoded;
  const foreign = recogniseForeignFile(bytes);
  if (decoded === "no text") {
    return refuse({
      code: "file-no-text",
      at: { file },
      message: `this is not ${what}, but ${foreign?.what ?? "a file of bytes that are no text"}`,
      help: `choose ${what}, written as UTF-8`,
    });
  }
  return refuse({
    code: "file-encoding",
    at: { file },
    message: "the text is neither UTF-8 nor UTF-16, and which other encoding it is in cannot be told",
    help: "save it as UTF-8: editors offer that under Save As",
  });
}

/** What to say where a text had to be read by the look of its letters. */
export function encodingWarning(file: string, { encoding }: DecodedText): Diagnostic | undefined {
  if (encoding !== "Windows-1252") return undefined;
  return {
    severity: "warning",
    code: "file-encoding",
    at: { file },
    message: "the text is not UTF-8, and was read as Windows-1252 (Latin-1)",
    help: "if letters with accents are wrong, save it as UTF-8",
  };
}

function refuseSize(file: string, size: number, limit: number, what: string): never {
  refuse({
    code: "file-too-large",
    at: { file },
    message: `the file has ${counted(size, "byte")}, more than the ${limit} that ${what} may have`,
    help: `choose ${what}`,
  });
}
