// All runs and what they learned: found again, named, tagged, compared, shared, deleted with a way back.

import { useEffect, useState } from "react";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { connectionStore } from "../state/connection-store.ts";
import { runStore } from "../state/run-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { compareRuns } from "../state/shown-run-store.ts";
import { toastFailure } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { RunCard } from "./RunCard.tsx";

const words = text.learning.gallery;
const FILTERS = ["all", "embeddings"] as const;

export function GalleryPanel() {
  const runs = useRuns();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>("all");
  const [marked, setMarked] = useState<readonly string[]>([]);
  const found = runs.filter((run) => matches(run, search) && (filter === "all" || run.embedding !== null));
  const [first, second] = marked.filter((id) => runs.some((run) => run.id === id));
  return (
    <div className="gallery">
      <div className="panel-bar">
        <input
          type="search"
          className="field gallery-search"
          placeholder={words.search}
          aria-label={words.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span role="group" aria-label={words.show}>
          {FILTERS.map((name) => (
            <button
              key={name}
              type="button"
              className="segment"
              aria-pressed={name === filter}
              onClick={() => setFilter(name)}
            >
              {words.filters[name]}
            </button>
          ))}
        </span>
        <span className="spacer" />
        <span className="muted">{marked.length === 0 ? words.compareHint : words.marked(marked.length)}</span>
        <button
          type="button"
          className="button button-small"
          disabled={first === undefined || second === undefined}
          onClick={() => {
            compareRuns(first ?? "", second ?? "");
            showPanel("run");
          }}
        >
          {words.compare}
        </button>
      </div>
      {found.length === 0 ? (
        <p className="panel-empty">{runs.length === 0 ? words.empty : words.noneFound}</p>
      ) : (
        <ul className="gallery-cards">
          {found.map((run) => (
            <RunCard
              key={run.id}
              run={run}
              isMarked={marked.includes(run.id)}
              onMark={(isMarked) => setMarked(mark(marked, run.id, isMarked))}
              onTag={setSearch}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Two at most: the third takes the place of the first. */
function mark(marked: readonly string[], id: string, isMarked: boolean): readonly string[] {
  const others = marked.filter((other) => other !== id);
  return isMarked ? [...others, id].slice(-2) : others;
}

function useRuns(): readonly RunSummary[] {
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  const connection = connectionStore(({ count }) => count);
  const version = runStore(({ libraryVersion }) => libraryVersion);
  useEffect(() => {
    studio.runs({}).then(setRuns, toastFailure);
  }, [version, connection]);
  return runs.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function matches({ name, notes, tags, pipeline }: RunSummary, search: string): boolean {
  const all = [name, notes, pipeline, ...tags].join("\n").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
