// The buttons for what a message offers: the command line says the same by a command.

import { folderOfPath } from "../../nodes/withheld-paths.ts";
import { nameOf } from "../../nodes/workflow-paths.ts";
import type { Diagnostic, DiagnosticAction, Place } from "../../src-main/common/diagnostic.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import { setParam } from "../../src-main/common/workflow-edits.ts";
import { own } from "../../src-main/common/workflow.ts";
import { importTable } from "../drop/import-table.ts";
import { allowToLook } from "../files/withheld-paths.ts";
import { activeTab, edit, findTab, showTab } from "../state/document-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { tellRun } from "./tell-run.ts";

const words = text.choosing.drop;

interface DiagnosticActionProps {
  readonly diagnostic: Diagnostic;
  /** The run that the message is about, as long as it is in the list. */
  readonly job?: Job | undefined;
}

export function DiagnosticActionButton({ diagnostic, job }: DiagnosticActionProps) {
  const { action, at } = diagnostic;
  const offer = action === undefined ? null : OFFERS[action](job, at);
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

const OFFERS: Readonly<Record<DiagnosticAction, (job: Job | undefined, at: Place) => Offer | null>> = {
  resume: (job) =>
    job?.state === "failed" || job?.state === "paused"
      ? { label: text.run.resume(job.number), run: () => tellRun(job.run, "resume") }
      : null,
  "choose device": () => ({ label: text.learning.plan.chooseDevice, run: () => showPanel("plan") }),
  "allow folder": (_, { file }) =>
    file === undefined
      ? null
      : { label: text.choosing.withheld.allow(1), run: () => allowToLook([folderOfPath(file)]) },
  "import pairs": (_, { file, node, param }) =>
    file === undefined || node === undefined || param === undefined
      ? null
      : { label: words.importPairs, run: () => attempt(() => importInto(file, node, param)) },
};

async function importInto(file: string, node: string, param: string): Promise<void> {
  const tab = activeTab();
  const folder = await importTable(file);
  // It may have been closed meanwhile, or another one chosen.
  if (folder === null || tab === undefined || findTab(tab.id) === undefined) return;
  showTab(tab.id);
  edit(words.editImport(nameOf(file)), (workflow) =>
    own(workflow.graph.nodes, node) === undefined ? workflow : setParam(workflow, node, param, folder),
  );
}
