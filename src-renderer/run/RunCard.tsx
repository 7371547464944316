// One run in the gallery.

import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { ApplyButton } from "../apply/ApplyButton.tsx";
import { showRun } from "../state/shown-run-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { exportBundle } from "./export-bundle.ts";
import { GalleryCard } from "./GalleryCard.tsx";
import { loadInWorkflow } from "./load-in-workflow.ts";
import { RewardOfRun } from "./RewardOfRun.tsx";
import { RunFacts } from "./RunFacts.tsx";

const words = text.learning;

interface RunCardProps {
  readonly run: RunSummary;
  /** Whether it is to be compared with another. */
  readonly isMarked: boolean;
  readonly onMark: (isMarked: boolean) => void;
  readonly onTag: (tag: string) => void;
}

export function RunCard({ run, isMarked, onMark, onTag }: RunCardProps) {
  const { state, step, total, damagedFile } = run;
  return (
    <GalleryCard
      entry={run}
      stateLabel={words.states[state]}
      onTag={onTag}
      facts={
        damagedFile === null ? (
          <>
            <span>{words.queue.progress(step, total)}</span>
            <RewardOfRun run={run} />
            <RunFacts run={run} />
          </>
        ) : (
          <span className="rs-tone-error" title={words.gallery.damagedHelp}>
            {words.gallery.damaged(damagedFile)}
          </span>
        )
      }
      actions={<RunActions run={run} />}
    >
      <label className="rs-run-card-mark">
        <input type="checkbox" checked={isMarked} onChange={(event) => onMark(event.target.checked)} />
        {words.gallery.mark}
      </label>
    </GalleryCard>
  );
}

function RunActions({ run: { id, name, embedding } }: { readonly run: RunSummary }) {
  return (
    <>
      <button type="button" className="rs-button rs-button-small" onClick={() => showRun(id)}>
        {words.gallery.show}
      </button>
      {embedding === null ? null : (
        <>
          <ApplyButton embedding={{ path: embedding.path, name }} />
          <button
            type="button"
            className="rs-button rs-button-small"
            title={words.gallery.useHelp}
            onClick={() => attempt(() => loadInWorkflow(embedding.path))}
          >
            {words.gallery.use}
          </button>
          {embedding.url === null ? null : (
            <a className="rs-button rs-button-small" href={embedding.url} download>
              {words.run.download}
            </a>
          )}
        </>
      )}
      <button type="button" className="rs-button rs-button-small" onClick={() => exportBundle({ run: id })}>
        {words.gallery.bundle}
      </button>
    </>
  );
}
