// Small JSON files of the studio's own: read through a schema, written whole or not at all.

import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { moveDurably, writeFileAtomically } from "../weights/atomic-write.ts";

/** A file that another program has damaged is put aside, said so in the log, and begun anew. */
export function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  otherwise: z.output<Schema>,
): z.output<Schema> {
  if (!existsSync(file)) return otherwise;
  const result = schema.safeParse(parseOrUndefined(readFileSync(file, "utf8")));
  if (result.success) return result.data;
  const aside = `${file}.damaged`;
  moveDurably(file, aside);
  console.error(`${file} cannot be read and was put aside as ${aside}`);
  return otherwise;
}

export function writeJsonFile(file: string, value: unknown): void {
  writeFileAtomically(file, `${JSON.stringify(value, null, 2)}\n`);
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
