// A search field over a list: typed, gone through by arrows, chosen by Enter. What is searched for comes the likeliest first.

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Match, rankMatches } from "../library/rank-matches.ts";
import { type Choice, ChoiceOption, optionId } from "./ChoiceOption.tsx";

interface ChoiceListProps {
  readonly choices: readonly Choice[];
  readonly placeholder: string;
  readonly none: string;
  /** Said above the list about what was typed. */
  readonly hint?: (query: string) => ReactNode;
  /** Takes what was typed as it stands; `null`: it cannot be meant. */
  readonly typed?: (query: string) => Choice | null;
}

export function ChoiceList({ choices, placeholder, none, hint, typed }: ChoiceListProps) {
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  // Also where one list follows another in a dialog that is open already.
  useEffect(() => field.current?.focus(), []);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const groups = groupsOf(rankMatches(query, choices, readChoice), choices);
  const asTyped = typed?.(query) ?? null;
  if (asTyped !== null) groups.push({ title: "", matches: [{ item: asTyped, marks: [], synonym: null }] });
  const found = groups.flatMap(({ matches }) => matches);
  const chosen = found[Math.min(at, found.length - 1)];
  const active = chosen === undefined ? undefined : optionId(list, chosen.item);
  useEffect(() => {
    if (active !== undefined) document.getElementById(active)?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const option = (match: Match<Choice>): ReactNode => (
    <ChoiceOption key={match.item.id} list={list} match={match} isChosen={match === chosen} />
  );
  return (
    <div className="rs-choices">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={active}
        aria-label={placeholder}
        placeholder={placeholder}
        spellCheck={false}
        value={query}
        data-autofocus
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (by !== 0) setAt((now) => (now + by + found.length) % Math.max(1, found.length));
          if (event.key === "Enter" && chosen?.item.refusal === undefined) chosen?.item.run();
          if (by !== 0 || event.key === "Enter") event.preventDefault();
        }}
      />
      {hint?.(query)}
      <div id={list} role="listbox" aria-label={placeholder} className="rs-choice-list">
        {groups.map(({ title, matches }) =>
          title === "" ? (
            matches.map(option)
          ) : (
            <div key={title} role="group" aria-label={title} className="rs-choice-group">
              <h3 aria-hidden>{title}</h3>
              {matches.map(option)}
            </div>
          ),
        )}
      </div>
      {found.length === 0 ? <p className="rs-muted">{none}</p> : null}
    </div>
  );
}

function readChoice({ label, synonyms, detail }: Choice) {
  return { title: label, synonyms, description: detail };
}

interface ChoiceGroup {
  readonly title: string;
  readonly matches: readonly Match<Choice>[];
}

/** Groups keep their order, whatever is searched for; within each, the likeliest comes first. */
function groupsOf(found: readonly Match<Choice>[], choices: readonly Choice[]): ChoiceGroup[] {
  const byTitle = Map.groupBy(found, ({ item }) => item.group ?? "");
  const titles = [...new Set(choices.map(({ group }) => group ?? ""))];
  return titles.flatMap((title) => {
    const matches = byTitle.get(title);
    return matches === undefined ? [] : [{ title, matches }];
  });
}
