// What scores are called where they are told.

import type { Ref } from "../common/program/program.ts";
import type { OpenedProgram } from "../program/open-program.ts";

/** Scores are called by their rewards, which may lie in different folders under one name: then they are counted. */
export function scoreNames({ open }: OpenedProgram, scores: readonly Ref[]): ReadonlyMap<Ref, string> {
  const taken = new Set<string>();
  return new Map(
    scores.map((ref) => {
      const { name } = open(ref, "score");
      let free = name;
      for (let i = 2; taken.has(free); i++) free = `${name} (${i})`;
      taken.add(free);
      return [ref, free];
    }),
  );
}
