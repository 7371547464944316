// One run in the gallery.

import { useState } from "react";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { ApplyButton } from "../apply/ApplyButton.tsx";
import { showPanel } from "../state/show-panel.ts";
import { showRun } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { exportBundle } from "./export-bundle.ts";
import { printReward } from "./format.ts";
import { loadInWorkflow } from "./load-in-workflow.ts";
import { removeRun } from "./remove-run.ts";
import { RunNotes } from "./RunNotes.tsx";

const words = text.learning;

interface RunCardProps {
  readonly run: RunSummary;
  /** Whether it is to be compared with another. */
  readonly isMarked: boolean;
  readonly onMark: (isMarked: boolean) => void;
  readonly onTag: (tag: string) => void;
}

export function RunCard({ run, isMarked, onMark, onTag }: RunCardProps) {
  const { id, name, state, step, total, reward, thumbnail, embedding, tags, notes } = run;
  const [isEditing, setEditing] = useState(false);
  return (
    <li className="run-card">
      {thumbnail === null ? (
        <div className="run-card-empty">{words.gallery.noPicture}</div>
      ) : (
        <img className="run-card-picture" src={thumbnail} alt="" loading="lazy" />
      )}
      <div className="run-card-text">
        <strong>{name}</strong>
        <span className={`job-state job-${state}`}>{words.states[state]}</span>
        <span>{words.queue.progress(step, total)}</span>
        {reward === null ? null : (
          <span>{words.gallery.rewardChange(printReward(reward.first), printReward(reward.last))}</span>
        )}
        {tags.map((tag) => (
          <button key={tag} type="button" className="badge" onClick={() => onTag(tag)}>
            {tag}
          </button>
        ))}
        {notes === "" ? null : <p className="run-card-notes">{notes}</p>}
      </div>
      <div className="run-card-actions">
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            showRun(id);
            showPanel("run");
          }}
        >
          {words.gallery.show}
        </button>
        {embedding === null ? null : (
          <>
            <ApplyButton embedding={{ path: embedding.path, name }} />
            <button
              type="button"
              className="button button-small"
              title={words.gallery.useHelp}
              onClick={() => loadInWorkflow(embedding.path)}
            >
              {words.gallery.use}
            </button>
            <a className="button button-small" href={embedding.url} download>
              {words.run.download}
            </a>
          </>
        )}
        <button type="button" className="button button-small" onClick={() => exportBundle(id)}>
          {words.gallery.bundle}
        </button>
        <button type="button" className="button button-small" onClick={() => setEditing(true)}>
          {words.gallery.edit}
        </button>
        <button type="button" className="button button-small" onClick={() => removeRun(run)}>
          {words.gallery.remove}
        </button>
      </div>
      <label className="run-card-mark">
        <input type="checkbox" checked={isMarked} onChange={(event) => onMark(event.target.checked)} />
        {words.gallery.mark}
      </label>
      {isEditing ? <RunNotes run={run} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}
