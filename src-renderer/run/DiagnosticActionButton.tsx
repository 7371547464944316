// The buttons for what a message offers: the command line says the same by a command.

import type { DiagnosticAction } from "../../src-main/common/diagnostic.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import { showPanel } from "../state/show-panel.ts";
import { text } from "../text/text.ts";
import { tellRun } from "./tell-run.ts";

interface DiagnosticActionProps {
  readonly action: DiagnosticAction;
  /** The run that the message is about, as long as it is in the list. */
  readonly job: Job | undefined;
}

export function DiagnosticActionButton({ action, job }: DiagnosticActionProps) {
  const offer = OFFERS[action](job);
  if (offer === null) return null;
  return (
    <button type="button" className="rs-button rs-button-small" onClick={offer.run}>
      {offer.label}
    </button>
  );
}

interface Offer {
  readonly label: string;
  readonly run: () => void;
}

const OFFERS: Readonly<Record<DiagnosticAction, (job: Job | undefined) => Offer | null>> = {
  resume: (job) =>
    job?.state === "failed" || job?.state === "paused"
      ? { label: text.run.resume(job.number), run: () => tellRun(job.run, "resume") }
      : null,
  "choose device": () => ({ label: text.learning.plan.chooseDevice, run: () => showPanel("plan") }),
};
