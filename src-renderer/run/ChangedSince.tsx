// At the foot of the window: whether the workflow that is shown has changed since its newest run, what has, and the way back.

import { useMemo, useState } from "react";
import { nodeTypes } from "../../nodes/index.ts";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import { differencesBetween, type WorkflowDifference } from "../../src-main/common/workflow-difference.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { useWorkflow } from "../state/document-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { backToRun, workflowOfRun } from "./back-to-run.ts";
import { printDifference } from "./difference-words.ts";
import { useJobOfTab } from "./use-job-of-tab.ts";
import { useRunDetail } from "./use-run-detail.ts";

const words = text.learning.changed;

export function ChangedSince() {
  const job = useJobOfTab();
  const json = useRunDetail(job?.run ?? null)?.detail.workflow;
  const number = job?.number ?? 0;
  const frozen = useMemo(() => readOrNull(number, json), [number, json]);
  const graph = useWorkflow(({ graph: present }) => present);
  const [isOpen, setOpen] = useState(false);
  const differences = useMemo(
    () => (frozen === null || graph === undefined ? [] : differencesBetween(frozen, { ...frozen, graph }, nodeTypes)),
    [frozen, graph],
  );
  if (job === undefined || frozen === null) return null;
  if (differences.length === 0) return <span className="rs-muted">{words.same(number)}</span>;
  return (
    <>
      <button type="button" className="rs-status-button" onClick={() => setOpen(true)}>
        {words.since(number, differences.length)}
      </button>
      {isOpen ? (
        <Changes number={number} frozen={frozen} differences={differences} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

interface ChangesProps {
  readonly number: number;
  readonly frozen: Workflow;
  readonly differences: readonly WorkflowDifference[];
  readonly onClose: () => void;
}

function Changes({ number, frozen, differences, onClose }: ChangesProps) {
  const back = (): void => {
    backToRun(number, frozen);
    onClose();
  };
  return (
    <Dialog
      title={words.title(number)}
      onClose={onClose}
      footer={
        <button type="button" className="rs-button rs-button-primary" title={words.backHelp} onClick={back}>
          {words.back(number)}
        </button>
      }
    >
      <ul className="rs-changes">
        {differences.map((difference, i) => (
          <li key={i}>{printDifference(difference)}</li>
        ))}
      </ul>
    </Dialog>
  );
}

function readOrNull(number: number, json: unknown): Workflow | null {
  try {
    return workflowOfRun(number, json);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
