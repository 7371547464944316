// What a node does while its workflow is learned: how far the one that learns is, and the newest picture of those that show any.

import { nodeTypes } from "../../nodes/index.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { ApplyButton } from "../apply/ApplyButton.tsx";
import { activeTabOf, documentStore } from "../state/document-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";
import { showPanel } from "../state/show-panel.ts";
import { showRun } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { type ShownRun, useRunDetail } from "./use-run-detail.ts";

interface NodeActivityProps {
  readonly node: string;
  readonly type: string;
}

export function NodeActivity({ node, type }: NodeActivityProps) {
  const { learns, leaves, shows } = nodeTypes.get(type) ?? {};
  if (learns === true) return <LearnerProgress />;
  if (leaves === "embedding") return <LearnedEmbedding />;
  return shows === undefined ? null : <NodePicture node={node} shows={shows} />;
}

function useJobOfTab() {
  const tab = documentStore((state) => activeTabOf(state)?.id ?? "");
  const path = documentStore((state) => activeTabOf(state)?.path ?? null);
  return runStore((state) => jobOfTab(state, tab, path));
}

function LearnerProgress() {
  const job = useJobOfTab();
  if (job === undefined || (job.state !== "running" && job.state !== "paused")) return null;
  return (
    <div className="rs-node-progress">
      <progress value={job.step} max={Math.max(1, job.total)} aria-label={text.run.training} />
      <span>{text.run.progress(job.step, job.total)}</span>
    </div>
  );
}

/** What to do with what was learned, as soon as it is there. */
function LearnedEmbedding() {
  const detail = useRunDetail(useJobOfTab()?.run ?? null)?.detail;
  if (detail === undefined || detail.embedding === null) return null;
  return (
    <div className="rs-node-action">
      <ApplyButton embedding={{ path: detail.embedding.path, name: detail.name }} />
    </div>
  );
}

type Shows = NonNullable<NodeType["shows"]>;

function NodePicture({ node, shows }: { readonly node: string; readonly shows: Shows }) {
  const run = useJobOfTab()?.run ?? null;
  const shown = useRunDetail(run);
  const url = shown === null ? undefined : PICTURES[shows](shown, node);
  if (run === null || url === undefined) return null;
  const show = (): void => {
    showRun(run, shows === "previews" ? "pictures" : "results");
    showPanel("run");
  };
  return (
    <button type="button" className="rs-node-picture nodrag" aria-label={text.node.showPicture} onClick={show}>
      <img src={url} alt="" draggable={false} />
    </button>
  );
}

const PICTURES: Readonly<Record<Shows, (shown: ShownRun, node: string) => string | undefined>> = {
  previews: ({ previews }, node) => previews.findLast(isOf(node))?.url,
  evaluations: ({ detail }, node) => detail.evaluations.find(isOf(node))?.picture ?? undefined,
  "per-sample": ({ detail }, node) => detail.perSample.find(isOf(node))?.picture ?? undefined,
};

/** Where there is only one of its kind, it has no name. */
function isOf(node: string): (picture: { readonly name: string }) => boolean {
  return ({ name }) => name === node || name === "";
}
