// All runs, what they learned and what was drawn with it: found again, named, tagged, compared, shared, deleted with a way back.

import { useEffect, useState } from "react";
import type { AppliedSummary } from "../../src-main/common/studio/applied.ts";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { ApplicationCard } from "../apply/ApplicationCard.tsx";
import { connectionStore } from "../state/connection-store.ts";
import { setPreference, usePreference } from "../state/preference-store.ts";
import { runStore } from "../state/run-store.ts";
import { compareRuns } from "../state/shown-run-store.ts";
import { toastFailure } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Segments } from "../ui/Segments.tsx";
import { RunCard } from "./RunCard.tsx";
import { RunTable } from "./table/RunTable.tsx";

const words = text.learning.gallery;
type Entry = RunSummary | AppliedSummary;

const FILTERS = {
  all: () => true,
  embeddings: (entry: Entry) => isRun(entry) && entry.embedding !== null,
  applied: (entry: Entry) => !isRun(entry),
} as const;
type Filter = keyof typeof FILTERS;
// Object.keys is typed string[]; the table has exactly these keys.
const NAMES = Object.keys(FILTERS) as Filter[];
const VIEWS = ["cards", "table"] as const;

export function GalleryPanel() {
  const entries = useEntries();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const view = usePreference("galleryView");
  const [marked, setMarked] = useState<readonly string[]>([]);
  const found = entries.filter((entry) => matches(entry, search) && FILTERS[filter](entry));
  const compared = marked.filter((id) => entries.some((entry) => entry.id === id));
  return (
    <div className="rs-gallery">
      <div className="rs-panel-bar">
        <input
          type="search"
          className="rs-field rs-gallery-search"
          placeholder={words.search}
          aria-label={words.search}
          title={words.searchHelp}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span role="group" aria-label={words.show}>
          <Segments names={NAMES} labels={words.filters} pressed={filter} onPress={setFilter} />
        </span>
        <span role="group" aria-label={words.view}>
          <Segments
            names={VIEWS}
            labels={words.views}
            pressed={view}
            onPress={(name) => setPreference("galleryView", name)}
          />
        </span>
        <span className="rs-spacer" />
        <span className="rs-gallery-marked">
          <span className="rs-muted">{words.marked(compared.length)}</span>
          <button
            type="button"
            className="rs-button rs-button-small"
            disabled={compared.length < 2}
            onClick={() => compareRuns(compared)}
          >
            {words.compare}
          </button>
        </span>
      </div>
      {found.length === 0 ? (
        <p className="rs-panel-empty">{entries.length === 0 ? words.empty : words.noneFound}</p>
      ) : view === "table" ? (
        <RunTable
          runs={found.filter(isRun)}
          marked={marked}
          onMark={(id, isMarked) => setMarked(mark(marked, id, isMarked))}
        />
      ) : (
        <ul className="rs-gallery-cards">
          {found.map((entry) =>
            isRun(entry) ? (
              <RunCard
                key={entry.id}
                run={entry}
                isMarked={marked.includes(entry.id)}
                onMark={(isMarked) => setMarked(mark(marked, entry.id, isMarked))}
                onTag={setSearch}
              />
            ) : (
              <ApplicationCard key={entry.id} application={entry} onTag={setSearch} />
            ),
          )}
        </ul>
      )}
    </div>
  );
}

function isRun(entry: Entry): entry is RunSummary {
  return "pipeline" in entry;
}

function mark(marked: readonly string[], id: string, isMarked: boolean): readonly string[] {
  const others = marked.filter((other) => other !== id);
  return isMarked ? [...others, id] : others;
}

/** The newest first. */
function useEntries(): readonly Entry[] {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const connection = connectionStore(({ count }) => count);
  const version = runStore(({ libraryVersion }) => libraryVersion);
  useEffect(() => {
    Promise.all([studio.runs({}), studio.applied({})]).then(
      ([runs, applied]) => setEntries([...runs, ...applied]),
      toastFailure,
    );
  }, [version, connection]);
  return entries.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function matches(entry: Entry, search: string): boolean {
  const own = isRun(entry) ? [entry.pipeline] : [entry.model, entry.prompt];
  const all = [`${entry.number}`, entry.name, entry.notes, ...own, ...entry.tags].join("\n").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
