// One comparison in the gallery.

import { useState } from "react";
import type { AppliedSummary } from "../../src-main/common/studio/applied.ts";
import { removeRun } from "../run/remove-run.ts";
import { RunNotes } from "../run/RunNotes.tsx";
import { openApplication } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { stateLabel } from "./ApplicationProgress.tsx";

const words = text.learning.gallery;

interface ApplicationCardProps {
  readonly application: AppliedSummary;
  readonly onTag: (tag: string) => void;
}

export function ApplicationCard({ application, onTag }: ApplicationCardProps) {
  const { id, name, state, step, total, model, prompt, thumbnail, tags, notes } = application;
  const [isEditing, setEditing] = useState(false);
  return (
    <li className="run-card">
      {thumbnail === null ? (
        <div className="run-card-empty">{words.noPicture}</div>
      ) : (
        <img className="run-card-picture" src={thumbnail} alt="" loading="lazy" />
      )}
      <div className="run-card-text">
        <strong>{name}</strong>
        <span className={`job-state job-${state}`}>{stateLabel(state)}</span>
        {state === "done" ? null : <span>{text.learning.queue.progress(step, total)}</span>}
        <span>{model}</span>
        <span className="muted">{prompt}</span>
        {tags.map((tag) => (
          <button key={tag} type="button" className="badge" onClick={() => onTag(tag)}>
            {tag}
          </button>
        ))}
        {notes === "" ? null : <p className="run-card-notes">{notes}</p>}
      </div>
      <div className="run-card-actions">
        <button type="button" className="button button-small" onClick={() => openApplication(id)}>
          {state === "done" ? text.applying.show : words.show}
        </button>
        <button type="button" className="button button-small" onClick={() => setEditing(true)}>
          {words.edit}
        </button>
        <button type="button" className="button button-small" onClick={() => removeRun(application)}>
          {words.remove}
        </button>
      </div>
      {isEditing ? <RunNotes run={application} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}
