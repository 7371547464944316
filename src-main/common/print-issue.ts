// What is wrong with a value, in words: those of zod speak of types and signs.

import type { z } from "zod";

/** Lower case, without a full stop, as the message of a diagnostic. */
export function printIssue(issue: z.core.$ZodIssue): string {
  const bound = boundOf(issue);
  const message = bound ?? inLowerCase(issue.message);
  const found = printShort(issue.input, LONGEST_INPUT);
  return found === undefined ? message : `${message}; here it is ${found}`;
}

/** A sentence of zod as the message of a diagnostic. */
export function inLowerCase(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** What is longer helps nobody. */
const LONGEST_INPUT = 60;

/**
 * A value as JSON, or `undefined` where that has more characters than `longest`. No more than these are looked at: a value may be as
 * large as a file, and nested more deeply than the stack of JSON.stringify is high.
 */
export function printShort(value: unknown, longest: number): string | undefined {
  if (longest <= 0) return undefined;
  if (typeof value !== "object" || value === null) {
    if (typeof value === "string" && value.length > longest) return undefined;
    const text = JSON.stringify(value);
    return text === undefined || text.length > longest ? undefined : text;
  }
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const before = `${text.length > 1 ? "," : ""}${isList ? "" : `${JSON.stringify(key.slice(0, longest))}:`}`;
    // Own keys of a value that was parsed from JSON.
    const item = printShort((value as Record<string, unknown>)[key], longest - text.length - before.length - 1);
    if (item === undefined) return undefined;
    text += before + item;
  }
  return text + (isList ? "]" : "}");
}
const NUMBERS: ReadonlySet<string> = new Set(["number", "int"]);

/** A number that is too small or too large, where nobody has found better words for it. */
function boundOf(issue: z.core.$ZodIssue): string | undefined {
  if (!/^Too (small|big): expected/.test(issue.message)) return undefined;
  if (issue.code === "too_small" && NUMBERS.has(issue.origin))
    return `it must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
  if (issue.code === "too_big" && NUMBERS.has(issue.origin))
    return `it must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
  return undefined;
}
