// What a search has found by its own name, or by the name that another program has for it: `KSampler → Sampler`.

import { Marked } from "./Marked.tsx";
import type { Match } from "./rank-matches.ts";

interface MatchedNameProps {
  readonly name: string;
  readonly match: Pick<Match<unknown>, "marks" | "synonym">;
}

export function MatchedName({ name, match: { marks, synonym } }: MatchedNameProps) {
  return (
    <>
      {synonym === null ? null : (
        <span className="rs-synonym">
          <Marked text={synonym.text} marks={synonym.marks} />
          {" → "}
        </span>
      )}
      <Marked text={name} marks={marks} />
    </>
  );
}
