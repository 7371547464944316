// Reads a component's config.json. What a network here cannot do is refused by name, never ignored.

import { join } from "node:path";
import { z } from "zod";
import { Refusal } from "../common/diagnostic.ts";
import { printIssue } from "../common/print-issue.ts";
import { readJson } from "../weights/json-file.ts";

/** The code and the way out of a file that does not fit its schema. */
export interface Misfit {
  readonly code: string;
  readonly help: string;
  /** In its place, where a key of the file itself is not known. */
  readonly helpOfKeys?: string | undefined;
  /** The file is written by people: a key that is not known is told with those that are. */
  readonly tellsKeys?: true;
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
  { code, help, helpOfKeys = help, tellsKeys }: Misfit = UNSUPPORTED,
): z.output<Schema> {
  const result = schema.safeParse(json, {
    reportInput: true,
    ...(tellsKeys === true ? { error: tellKnownKeys } : {}),
  });
  if (result.success) return result.data;
  throw new Refusal(
    result.error.issues.map((issue) => ({
      severity: "error",
      code,
      at: issue.path.length === 0 ? { file } : { file, part: issue.path.join(".") },
      message: printIssue(issue),
      help: helpOf(issue) ?? (issue.code === "unrecognized_keys" && issue.path.length === 0 ? helpOfKeys : help),
    })),
  );
}

/** `undefined` for any other issue: zod has words for it. */
function tellKnownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys" || !(issue.inst instanceof z.ZodObject)) return undefined;
  const quoted = (keys: readonly string[]): string => keys.map((key) => JSON.stringify(key)).join(", ");
  return `there is no key ${quoted(issue.keys)} here, but ${quoted(Object.keys(issue.inst.shape))}`;
}

/** A way out that the schema knows better. */
function helpOf(issue: z.core.$ZodIssue): string | undefined {
  const told: unknown = issue.code === "custom" ? issue.params?.["help"] : undefined;
  return typeof told === "string" ? told : undefined;
}

export function readConfig<Schema extends z.ZodType>(schema: Schema, folder: string): z.output<Schema> {
  const file = join(folder, "config.json");
  return parseConfig(schema, readJson(file), file);
}
