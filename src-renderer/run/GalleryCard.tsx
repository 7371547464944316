// What every card of the gallery has: picture, name, state, tags, notes, and the buttons to change those and to delete it.

import { type ReactNode, useState } from "react";
import type { LibraryEntry } from "../../src-main/common/studio/library-entry.ts";
import { text } from "../text/text.ts";
import { removeRun } from "./remove-run.ts";
import { RunNotes } from "./RunNotes.tsx";

const words = text.learning.gallery;

interface GalleryCardProps {
  readonly entry: LibraryEntry;
  readonly stateLabel: string;
  readonly onTag: (tag: string) => void;
  /** Beside its state. */
  readonly facts: ReactNode;
  /** Buttons before those of every card. */
  readonly actions: ReactNode;
  /** Below the buttons. */
  readonly children?: ReactNode;
}

export function GalleryCard({ entry, stateLabel, onTag, facts, actions, children }: GalleryCardProps) {
  const { number, name, state, thumbnail, tags, notes } = entry;
  const [isEditing, setEditing] = useState(false);
  return (
    <li className="rs-run-card">
      {thumbnail === null ? (
        <div className="rs-run-card-empty">{words.noPicture}</div>
      ) : (
        <img className="rs-run-card-picture" src={thumbnail} alt="" loading="lazy" />
      )}
      <div className="rs-run-card-text">
        <strong>
          <span className="rs-muted">{number}</span> {name}
        </strong>
        <span className={`rs-job-state rs-job-${state}`}>{stateLabel}</span>
        {facts}
        {tags.map((tag) => (
          <button key={tag} type="button" className="rs-badge" onClick={() => onTag(tag)}>
            {tag}
          </button>
        ))}
        {notes === "" ? null : <p className="rs-run-card-notes">{notes}</p>}
      </div>
      <div className="rs-run-card-actions">
        {actions}
        <button type="button" className="rs-button rs-button-small" onClick={() => setEditing(true)}>
          {words.edit}
        </button>
        <button type="button" className="rs-button rs-button-small" onClick={() => removeRun(entry)}>
          {words.remove}
        </button>
      </div>
      {children}
      {isEditing ? <RunNotes run={entry} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}
