// All runs and what they learned: found again, named, tagged, shared, deleted with a way back.

import { useEffect, useState } from "react";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { connectionStore } from "../state/connection-store.ts";
import { runStore } from "../state/run-store.ts";
import { toastFailure } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { RunCard } from "./RunCard.tsx";

const words = text.learning.gallery;

export function GalleryPanel() {
  const runs = useRuns();
  const [search, setSearch] = useState("");
  const found = runs.filter((run) => matches(run, search));
  return (
    <div className="gallery">
      <div className="panel-bar">
        <input
          type="search"
          className="field"
          placeholder={words.search}
          aria-label={words.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {found.length === 0 ? (
        <p className="panel-empty">{runs.length === 0 ? words.empty : words.noneFound}</p>
      ) : (
        <ul className="gallery-cards">
          {found.map((run) => (
            <RunCard key={run.id} run={run} />
          ))}
        </ul>
      )}
    </div>
  );
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
