// The name, the notes and the tags of a run.

import { useState } from "react";
import type { RunSummary } from "../../src-main/common/studio/run.ts";
import { studio } from "../api/studio.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";

const words = text.learning.gallery;

interface RunNotesProps {
  readonly run: Pick<RunSummary, "id" | "name" | "notes" | "tags">;
  readonly onClose: () => void;
}

export function RunNotes({ run, onClose }: RunNotesProps) {
  const [name, setName] = useState(run.name);
  const [notes, setNotes] = useState(run.notes);
  const [tags, setTags] = useState(run.tags.join(", "));
  const save = (): void =>
    attempt(async () => {
      const list = tags.split(",").flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()]));
      await studio.annotateRun({ id: run.id, name: name.trim() || run.name, notes, tags: [...new Set(list)] });
      onClose();
    });
  return (
    <Dialog
      title={run.name}
      size="small"
      onClose={onClose}
      footer={
        <button type="button" className="rs-button rs-button-primary" onClick={save}>
          {words.save}
        </button>
      }
    >
      <div className="rs-run-notes">
        <label>
          {words.name}
          <input
            className="rs-field"
            value={name}
            maxLength={200}
            data-autofocus
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          {words.tags}
          <input className="rs-field" value={tags} onChange={(event) => setTags(event.target.value)} />
        </label>
        <label>
          {words.notes}
          <textarea className="rs-field" rows={5} value={notes} onChange={(event) => setNotes(event.target.value)} />
        </label>
      </div>
    </Dialog>
  );
}
