// Small JSON files of the studio's own: read through a schema, written whole or not at all.

import type { z } from "zod";
import { Refusal } from "../common/diagnostic.ts";
import { systemFaultOf } from "../common/system-fault.ts";
import { moveDurably, writeFileAtomically } from "../weights/atomic-write.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";

/** A file that another program has damaged is put aside, said so in the log, and begun anew. */
export function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  otherwise: z.output<Schema>,
): z.output<Schema> {
  const text = readUnlessMissing(file);
  if (text === null) return otherwise;
  const result = schema.safeParse(parseOrUndefined(text));
  if (result.success) return result.data;
  const aside = `${file}.damaged`;
  moveDurably(file, aside);
  console.error(`${file} cannot be read and was put aside as ${aside}`);
  return otherwise;
}

/** Keeps what is convenient, and no more: where a disk does not let it, the log says so, and nothing is refused for it. */
export function alongside(keep: () => void): void {
  try {
    keep();
  } catch (error) {
    const isOfDisk = error instanceof Refusal || systemFaultOf(error) !== null;
    if (!isOfDisk) throw error;
    console.error(error instanceof Error ? error.message : String(error));
  }
}

/** @param mode who may read and write it; as the system has it, unless given */
export function writeJsonFile(file: string, value: unknown, mode?: number): void {
  writeFileAtomically(file, `${JSON.stringify(value, null, 2)}\n`, mode);
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
