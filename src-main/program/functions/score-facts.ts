// What is known of a score that is computed from others.

import type { TypedRef, ValueFacts } from "../../common/program/value-type.ts";

/** All images that they look at; the prompts of the first that has some. */
export function scoreFacts(scores: readonly TypedRef[]): ValueFacts {
  const prompts = scores.find(({ facts }) => facts.prompts !== undefined)?.facts.prompts;
  return {
    images: [...new Set(scores.flatMap(({ facts }) => facts.images ?? []))],
    ...(prompts === undefined ? {} : { prompts }),
  };
}
