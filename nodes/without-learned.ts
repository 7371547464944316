// The same image without what was learned: parts of the pipeline as they were, and a text in the place of an embedding.

import { callOf, callsBelow, type Ref } from "../src-main/common/program/program.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { ProgramSoFar, SinkArgs } from "./define-node.ts";

interface Parts {
  readonly learned: readonly TypedRef[];
  /** Below which they act. */
  readonly objective: Ref;
  /** A negative in words, by a text encoder as it was, read as its texts are while it is trained. */
  readonly written: (encoder: TypedRef, trained: Ref) => Ref;
  /** Whether an embedding that is learned, but not one of these, stays on the negative side. */
  readonly keepsOthers: boolean;
}

/**
 * Where no embedding is learned, the text stands on the negative side of whatever is guided.
 * @returns what takes the place of which call; `null`: it is not known which text encoder encodes the text
 */
export function withoutLearned(
  { learned, objective, written, keepsOthers }: Parts,
  args: SinkArgs,
  what: string,
): ReadonlyMap<Ref, Ref> | null {
  const { program, substitute } = args;
  const bare = bareParts(learned, objective, args);
  const textBy = (trained: Ref | undefined): Ref | null => {
    if (trained === undefined) return null;
    const encoder = substitute(trained, bare, "bare");
    return written({ ...program.typed(trained), ref: encoder }, trained);
  };
  const embeddings = learned.filter(({ kind }) => kind === "embedding");
  const replaced = embeddings.map(({ ref, facts }) => [ref, textBy(facts.encoder)] as const);
  const isLeft = (ref: Ref): boolean => keepsOthers && program.typed(ref).facts.state === "trainable";
  const negatives = embeddings.length > 0 ? [] : negativesBelow(program, objective);
  const guided = negatives.filter(({ conditioning }) => !isLeft(conditioning));
  for (const { prediction, conditioning } of guided) {
    const text = textBy(program.typed(prediction).facts.encoder);
    replaced.push([prediction, text && substitute(prediction, new Map([...bare, [conditioning, text]]), what)]);
  }
  const known = replaced.flatMap(([ref, text]) => (text === null ? [] : [[ref, text] as const]));
  return known.length === replaced.length ? new Map([...bare, ...known]) : null;
}

/** What is learned in a part of a pipeline lies over that part, which is its input of the same kind. */
function bareParts(
  learned: readonly TypedRef[],
  objective: Ref,
  { program, substitute }: SinkArgs,
): ReadonlyMap<Ref, Ref> {
  const parts = new Map(learned.filter(({ kind }) => kind !== "embedding").map((part) => [part.ref, part]));
  const bare = new Map<Ref, Ref>();
  // Those that lie below come first.
  for (const ref of callsBelow(program, [objective])) {
    const part = parts.get(ref);
    const below = Object.values(callOf(program, ref).inputs)
      .flat()
      .find((name) => program.typed(name).kind === part?.kind);
    if (below !== undefined) bare.set(ref, substitute(below, bare, "bare"));
  }
  return bare;
}

/** Every prediction that guidance leads away from, with its conditioning. */
function negativesBelow(program: ProgramSoFar, objective: Ref) {
  return callsBelow(program, [objective]).flatMap((name) => {
    const { negative: prediction } = callOf(program, name).inputs;
    if (typeof prediction !== "string") return [];
    const { conditioning } = callOf(program, prediction).inputs;
    return typeof conditioning === "string" ? [{ prediction, conditioning }] : [];
  });
}
