// Lists of prompts as people keep them: a text with one a line, JSON, JSON lines, or a table with a column of prompts.

import { extname } from "node:path";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { promptLines } from "../common/prompt-lines.ts";
import { printForeign, recogniseForeignFile } from "../weights/foreign-file.ts";
import { encodingWarning, readDecodedFile } from "../weights/text-file.ts";
import { parseDelimited, UnclosedQuote } from "./delimited-text.ts";

export interface PromptFile {
  readonly prompts: string[];
  readonly warnings: readonly Diagnostic[];
}

/** Bytes: some three million prompts. */
const LARGEST = 256 * 2 ** 20;
const WHAT = "a list of prompts";

/** What the column or key of a prompt is called, whatever its case. */
const NAMES = ["prompt", "caption", "text"];

/** @throws Refusal if there is no such list, if it is no text, or if it holds no prompt */
export function readPromptFile(file: string): PromptFile {
  const decoded = readDecodedFile(file, { limit: LARGEST, what: WHAT });
  const read = FORMATS[extname(file).toLowerCase()] ?? readLines;
  const prompts = read(decoded.text, file);
  if (prompts.length === 0) {
    refuse({
      code: "prompts-empty",
      at: { file },
      message: "the list holds no prompt",
      help: "write one prompt a line",
    });
  }
  const warning = encodingWarning(file, decoded);
  return { prompts, warnings: warning === undefined ? [] : [warning] };
}

type Read = (text: string, file: string) => string[];

const FORMATS: Readonly<Record<string, Read>> = {
  ".json": (text, file) => fromJson(parse(text, file), file),
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
  ".csv": (text, file) => readTable(text, usualSeparator(text), file),
  ".tsv": (text, file) => readTable(text, "\t", file),
};

/** A web page or a pointer of Git LFS is a text too, but nobody wants to learn from its lines. */
function readLines(text: string, file: string): string[] {
  const foreign = recogniseForeignFile(Buffer.from(text.slice(0, 512)));
  if (foreign !== undefined && foreign.begins === undefined) {
    refuse({ code: "prompts-foreign", at: { file }, message: `this is ${printForeign(foreign)}`, help: foreign.help });
  }
  return promptLines(text);
}

function readJsonLines(text: string, file: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) => (line.trim() === "" ? [] : fromJson([parse(line, file, `line ${i + 1}`)], file)));
}

function parse(text: string, file: string, part?: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse({
      code: "json-invalid",
      at: part === undefined ? { file } : { file, part },
      message: `not valid JSON: ${error.message}`,
      help: "correct it there, or keep the prompts in a .txt file, one a line",
    });
  }
}

/** A list of texts or of objects with a prompt; or an object that holds one such list. */
function fromJson(json: unknown, file: string): string[] {
  if (!Array.isArray(json)) {
    const lists = isObject(json) ? Object.values(json).filter((value) => Array.isArray(value)) : [];
    const [only, ...others] = lists;
    return only === undefined || others.length > 0 ? refuseJson(file) : fromJson(only, file);
  }
  return json.flatMap((item: unknown, i) => {
    const text = typeof item === "string" ? item : isObject(item) ? promptOf(item) : undefined;
    if (typeof text !== "string") return refuseJson(file, `entry ${i + 1}`);
    return text.trim() === "" ? [] : [text.trim()];
  });
}

function promptOf(item: Readonly<Record<string, unknown>>): unknown {
  return NAMES.map((name) => Object.entries(item).find(([key]) => key.toLowerCase() === name)?.[1]).find(
    (value) => typeof value === "string",
  );
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function refuseJson(file: string, part?: string): never {
  refuse({
    code: "prompts-json",
    at: part === undefined ? { file } : { file, part },
    message: `this is neither a text nor an object with one of the keys ${NAMES.join(", ")}`,
    help: 'write a list of texts: ["a red apple", "a blue car"]',
  });
}

/** Spreadsheets write semicolons where the comma stands in numbers. */
function usualSeparator(text: string): "," | ";" {
  const [line = ""] = text.split(/\r\n|\r|\n/, 1);
  return line.includes(";") && !line.includes(",") ? ";" : ",";
}

function readTable(text: string, separator: "," | "\t" | ";", file: string): string[] {
  const [head = [], ...rows] = tableOf(text, separator, file);
  const names = head.map((name) => name.trim().toLowerCase());
  const column = NAMES.map((name) => names.indexOf(name)).find((index) => index !== -1);
  if (column === undefined) {
    return refuse({
      code: "prompts-table",
      at: { file, part: "row 1" },
      message: `no column is called ${NAMES.join(", ")}; there are ${head.slice(0, 8).join(", ") || "none"}`,
      help: "name the column of the prompts in the first row, or keep them in a .txt file, one a line",
    });
  }
  return rows.map((cells) => cells[column]?.trim() ?? "").filter((prompt) => prompt !== "");
}

function tableOf(text: string, separator: "," | "\t" | ";", file: string): string[][] {
  try {
    return parseDelimited(text, separator);
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    return refuse({
      code: "prompts-table",
      at: { file, part: `row ${error.row}` },
      message: "a quote is opened here and not closed",
      help: "double a quote inside of quotes, or keep the prompts in a .txt file, one a line",
    });
  }
}
