// Reads a component's config.json. What a network here cannot do is refused by name, never ignored.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { printIssue } from "../common/print-issue.ts";
import { recogniseForeignFile } from "../weights/foreign-file.ts";

/** The ways out of a file that is not there, and of one that is no JSON. */
export interface JsonHelp {
  readonly missing: string;
  readonly invalid: string;
}

/** Of the files that come with a model. */
const OF_A_MODEL: JsonHelp = {
  missing: "check the path; a model folder needs its config.json beside the weights",
  invalid: "download the file again",
};

/** @throws Refusal if the file cannot be read or is not JSON */
export function readJson(file: string, help: JsonHelp = OF_A_MODEL): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return refuse({
      code: "file-unreadable",
      at: { file },
      message: UNREADABLE[error instanceof Error && "code" in error ? String(error.code) : ""] ?? String(error),
      help: help.missing,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const foreign = recogniseForeignFile(Buffer.from(text));
    if (foreign !== undefined && foreign.begins === undefined) {
      refuse({
        code: "json-invalid",
        at: { file },
        message: `this is no JSON, but ${foreign.what}`,
        help: foreign.help,
      });
    }
    return refuse({
      code: "json-invalid",
      at: { file },
      message: `not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
      help: help.invalid,
    });
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "this is a folder",
  EACCES: "this file may not be read",
};

/** The code and the way out of a file that does not fit its schema. */
export interface Misfit {
  readonly code: string;
  readonly help: string;
}

const UNSUPPORTED: Misfit = {
  code: "config-unsupported",
  help: "this architecture differs from those that can be run; see the list in README.md",
};

/** @throws Refusal with every key that does not fit */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  file: string,
  { code, help }: Misfit = UNSUPPORTED,
): z.output<Schema> {
  const result = schema.safeParse(json, { reportInput: true });
  if (result.success) return result.data;
  throw new Refusal(
    result.error.issues.map((issue) => ({
      severity: "error",
      code,
      at: issue.path.length === 0 ? { file } : { file, part: issue.path.join(".") },
      message: printIssue(issue),
      help,
    })),
  );
}

export function readConfig<Schema extends z.ZodType>(schema: Schema, folder: string): z.output<Schema> {
  const file = join(folder, "config.json");
  return parseConfig(schema, readJson(file), file);
}
