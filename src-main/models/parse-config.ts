// Reads a component's config.json. What a network here cannot do is refused by name, never ignored.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { recogniseForeignFile } from "../weights/foreign-file.ts";

/** @throws Refusal if the file cannot be read, is not JSON, or asks for something unsupported */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return refuse({
      code: "file-unreadable",
      at: { file },
      message:
        error instanceof Error && "code" in error && error.code === "ENOENT" ? "there is no such file" : String(error),
      help: "check the path; a model folder needs its config.json beside the weights",
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
      help: "download the file again",
    });
  }
}

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
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Refusal(
    result.error.issues.map((issue) => ({
      severity: "error",
      code,
      at: issue.path.length === 0 ? { file } : { file, part: issue.path.join(".") },
      message: issue.message.charAt(0).toLowerCase() + issue.message.slice(1),
      help,
    })),
  );
}

export function readConfig<Schema extends z.ZodType>(schema: Schema, folder: string): z.output<Schema> {
  const file = join(folder, "config.json");
  return parseConfig(schema, readJson(file), file);
}
