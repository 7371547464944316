// What is wrong with a value, in words: those of zod speak of types and signs.

import type { z } from "zod";

/** Lower case, without a full stop, as the message of a diagnostic. */
export function printIssue(issue: z.core.$ZodIssue): string {
  const bound = boundOf(issue);
  const message = bound ?? inLowerCase(issue.message);
  const found = JSON.stringify(issue.input);
  return found === undefined || found.length > LONGEST_INPUT ? message : `${message}; here it is ${found}`;
}

/** A sentence of zod as the message of a diagnostic. */
export function inLowerCase(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** What is longer helps nobody. */
const LONGEST_INPUT = 60;
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
