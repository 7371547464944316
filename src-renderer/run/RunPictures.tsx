// The images of a run: what is drawn just now, and its previews.

import { useMemo } from "react";
import type { JobState } from "../../src-main/common/studio/job.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { shownRunStore } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { PreviewGrid } from "./PreviewGrid.tsx";
import { type ShownRun, useRunDetail } from "./use-run-detail.ts";

const words = text.learning.run;
const OVER: readonly JobState[] = ["stopped", "done", "failed"];

export function RunPictures({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const latentPreview = runStore(({ live }) => (live[run] ?? EMPTY_RUN).latentPreview);
  const state = runStore(({ jobs }) => jobs.find((job) => job.run === run)?.state);
  const isRunning = state === "running";
  const isOver = state === undefined || OVER.includes(state);
  const other = useRunDetail(shownRunStore(({ beside }) => beside));
  const previews = useMemo(() => [...Map.groupBy(shown?.previews ?? [], ({ name }) => name)], [shown]);
  return (
    <div className="rs-run-pictures">
      {latentPreview === null || !isRunning ? null : (
        <figure className="rs-latent-preview">
          <img src={latentPreview.url} alt={words.drawing(latentPreview.step, latentPreview.total)} />
          <figcaption>{words.drawing(latentPreview.step, latentPreview.total)}</figcaption>
        </figure>
      )}
      {previews.length === 0 && latentPreview === null ? (
        <p className="rs-panel-empty">{isOver ? words.neverPictures : words.noPictures}</p>
      ) : null}
      {previews.map(([name, pictures]) => (
        <PreviewGrid key={name} name={name} pictures={pictures.toSorted((a, b) => a.step - b.step)} other={other} />
      ))}
    </div>
  );
}
