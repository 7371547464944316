// One comparison in the gallery.

import type { AppliedSummary } from "../../src-main/common/studio/applied.ts";
import { GalleryCard } from "../run/GalleryCard.tsx";
import { openApplication } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { stateLabel } from "./ApplicationProgress.tsx";

interface ApplicationCardProps {
  readonly application: AppliedSummary;
  readonly onTag: (tag: string) => void;
}

export function ApplicationCard({ application, onTag }: ApplicationCardProps) {
  const { id, state, step, total, model, prompt } = application;
  return (
    <GalleryCard
      entry={application}
      stateLabel={stateLabel(state)}
      onTag={onTag}
      facts={
        <>
          {state === "done" ? null : <span>{text.learning.queue.progress(step, total)}</span>}
          <span>{model}</span>
          <span className="rs-muted">{prompt}</span>
        </>
      }
      actions={
        <button type="button" className="rs-button rs-button-small" onClick={() => openApplication(id)}>
          {state === "done" ? text.applying.show : text.learning.gallery.show}
        </button>
      }
    />
  );
}
