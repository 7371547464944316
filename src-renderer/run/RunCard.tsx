// One run in the gallery.

import { useState } from "react";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { showPanel } from "../state/show-panel.ts";
import { showRun } from "../state/shown-run-store.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { printReward } from "./format.ts";
import { RunNotes } from "./RunNotes.tsx";
import { saveUrl } from "./save-file.ts";

const words = text.learning;

export function RunCard({ run }: { readonly run: RunSummary }) {
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
          <span key={tag} className="badge">
            {tag}
          </span>
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
          <a className="button button-small" href={embedding.url} download>
            {words.run.download}
          </a>
        )}
        <button type="button" className="button button-small" onClick={() => exportBundle(run)}>
          {words.gallery.bundle}
        </button>
        <button type="button" className="button button-small" onClick={() => setEditing(true)}>
          {words.gallery.edit}
        </button>
        <button type="button" className="button button-small" onClick={() => remove(run)}>
          {words.gallery.remove}
        </button>
      </div>
      {isEditing ? <RunNotes run={run} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}

function exportBundle({ id }: RunSummary): void {
  attempt(async () => {
    const { url, path } = await studio.exportBundle({ run: id, path: null });
    if (url !== null) saveUrl(url, path.replace(/^.*[\\/]/, ""));
  });
}

function remove({ id, name }: RunSummary): void {
  attempt(async () => {
    await studio.deleteRun({ id });
    toast({
      tone: "info",
      title: words.gallery.removed(name),
      action: { label: words.gallery.undo, run: () => attempt(() => studio.restoreRun({ id })) },
    });
  });
}
