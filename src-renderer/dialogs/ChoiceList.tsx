// A search field over a list: typed, gone through by arrows, chosen by Enter.

import { useEffect, useId, useRef, useState } from "react";

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly run: () => void;
}

interface ChoiceListProps {
  readonly choices: readonly Choice[];
  readonly placeholder: string;
  readonly none: string;
}

export function ChoiceList({ choices, placeholder, none }: ChoiceListProps) {
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  // Also where one list follows another in a dialog that is open already.
  useEffect(() => field.current?.focus(), []);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const words = query.toLowerCase().split(/\s+/);
  const found = choices
    .filter(({ label, detail = "" }) => words.every((word) => `${label} ${detail}`.toLowerCase().includes(word)))
    .toSorted(
      (a, b) =>
        Number(b.label.toLowerCase().startsWith(query.toLowerCase())) -
        Number(a.label.toLowerCase().startsWith(query.toLowerCase())),
    );
  const chosen = found[Math.min(at, found.length - 1)];
  return (
    <div className="rs-choices">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.id}`}
        aria-label={placeholder}
        placeholder={placeholder}
        value={query}
        data-autofocus
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (by !== 0) setAt((now) => (now + by + found.length) % Math.max(1, found.length));
          if (event.key === "Enter") chosen?.run();
          if (by !== 0 || event.key === "Enter") event.preventDefault();
        }}
      />
      <ul id={list} role="listbox" aria-label={placeholder}>
        {found.map((choice) => (
          <li
            key={choice.id}
            id={`${list}-${choice.id}`}
            role="option"
            aria-selected={choice === chosen}
            onClick={choice.run}
          >
            <strong>{choice.label}</strong>
            <small className="rs-muted">{choice.detail}</small>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="rs-muted">{none}</p> : null}
    </div>
  );
}
