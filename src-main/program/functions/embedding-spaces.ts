// Conditionings belong to the text encoder that made them: what reads or mixes them must be of the same.

import { refuse } from "../../common/diagnostic.ts";
import { type EmbeddingSpace, printSpace } from "../../common/embedding-space.ts";
import type { TypedRef, ValueFacts } from "../../common/program/value-type.ts";
import type { CallFault } from "../function.ts";

type Known = EmbeddingSpace | undefined;

/** @param wanted of what the conditioning meets; a space that is not known agrees with every other */
export function spaceFault(wanted: Known, given: Known, input: string, what = "this conditioning"): CallFault | null {
  if (wanted === undefined || given === undefined || wanted.id === given.id) return null;
  return {
    code: "embedding-space",
    input,
    message: `${printSpace(wanted)} is read here, but ${what} is of ${printSpace(given)}`,
    help: "a model reads only the texts of the encoder that it was trained with: connect one of that encoder, or another model",
  };
}

/** The same rule once files are open. @throws Refusal */
export function refuseOtherSpace(...ends: Parameters<typeof spaceFault>): void {
  const [, , input] = ends;
  const found = spaceFault(...ends);
  if (found === null) return;
  const { code, message, help } = found;
  refuse({ code, at: { port: input }, message, ...(help === undefined ? {} : { help }) });
}

/** What is known of a mixture of conditionings: the prompts are those of the first that has some. */
export function mixedFacts(
  values: readonly { readonly input: string; readonly value: TypedRef }[],
  fault: (fault: CallFault) => void,
): ValueFacts {
  const known = values.map(({ value }) => value.facts);
  const space = known.find((facts) => facts.space !== undefined)?.space;
  for (const { input, value } of values) {
    const found = spaceFault(space, value.facts.space, input);
    if (found !== null) fault(found);
  }
  const prompts = known.find((facts) => facts.prompts !== undefined)?.prompts;
  const encoder = known.find((facts) => facts.encoder !== undefined)?.encoder;
  return {
    ...(prompts === undefined ? {} : { prompts }),
    ...(encoder === undefined ? {} : { encoder }),
    ...(space === undefined ? {} : { space }),
  };
}
