// What is known of a score, of an image or of other scores, and what it is called.

import type { TypedRef, ValueFacts } from "../../common/program/value-type.ts";

/** Of a score that looks at one image. */
export function factsOfScored({ ref, facts: { prompts } }: TypedRef): ValueFacts {
  return { images: [ref], ...(prompts === undefined ? {} : { prompts }) };
}

/** All images that they look at; the prompts of the first that has some. What is made of a score of nothing is one, too. */
export function scoreFacts(scores: readonly TypedRef[]): ValueFacts {
  const prompts = scores.find(({ facts }) => facts.prompts !== undefined)?.facts.prompts;
  return {
    ...(scores.some(({ facts }) => facts.isEmpty === true) ? { isEmpty: true as const } : {}),
    images: [...new Set(scores.flatMap(({ facts }) => facts.images ?? []))],
    ...(prompts === undefined ? {} : { prompts }),
  };
}

/** Characters. A score is called by those that it is computed from: names of names would double with each that is used twice. */
const LONGEST_NAME = 120;

/** @param name made of others' names @returns as much of it as a person reads */
export function shortName(name: string): string {
  const characters = Array.from(name);
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join("")}…`;
}
