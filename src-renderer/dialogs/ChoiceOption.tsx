// One line of a list to choose from.

import { MatchedName } from "../library/MatchedName.tsx";
import type { Match } from "../library/rank-matches.ts";

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** What else it is called by those who search for it. */
  readonly synonyms?: readonly string[] | undefined;
  readonly detail?: string | undefined;
  /** The heading that it stands under. */
  readonly group?: string;
  /** Why it would not fit as things are. It is listed faded, and can be taken. */
  readonly doubt?: string | undefined;
  /** Why it cannot be taken. It is listed all the same, faded. */
  readonly refusal?: string | undefined;
  readonly run: () => void;
}

interface ChoiceOptionProps {
  /** The id of the list. */
  readonly list: string;
  readonly match: Match<Choice>;
  readonly isChosen: boolean;
}

export function ChoiceOption({ list, match, isChosen }: ChoiceOptionProps) {
  const { item } = match;
  const isRefused = item.refusal !== undefined;
  const why = item.refusal ?? item.doubt;
  return (
    <div
      id={optionId(list, item)}
      role="option"
      className={why === undefined ? "rs-choice" : "rs-choice rs-is-refused"}
      aria-selected={isChosen}
      aria-disabled={isRefused}
      onClick={() => (isRefused ? undefined : item.run())}
    >
      <strong>
        <MatchedName name={item.label} match={match} />
      </strong>
      {item.detail === undefined || item.detail === "" ? null : <small className="rs-muted">{item.detail}</small>}
      {why === undefined ? null : <small className="rs-choice-refusal">{why}</small>}
    </div>
  );
}

/** Ids of elements hold no spaces. */
export function optionId(list: string, { id }: Pick<Choice, "id">): string {
  return `${list}-${encodeURIComponent(id)}`;
}
