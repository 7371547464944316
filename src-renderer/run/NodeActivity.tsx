// What a node does while its workflow is learned: how far the one that learns is, and the newest picture of those that show any.

import { nodeTypes } from "../../nodes/index.ts";
import { activeTabOf, documentStore } from "../state/document-store.ts";
import { EMPTY_RUN, jobOfTab, runStore } from "../state/run-store.ts";
import { text } from "../text/text.ts";

interface NodeActivityProps {
  readonly node: string;
  readonly type: string;
}

export function NodeActivity({ node, type }: NodeActivityProps) {
  const tab = documentStore((state) => activeTabOf(state)?.id ?? "");
  const path = documentStore((state) => activeTabOf(state)?.path ?? null);
  const job = runStore((state) => jobOfTab(state, tab, path));
  const picture = runStore(({ live }) => {
    const previews = (live[job?.run ?? ""] ?? EMPTY_RUN).previews;
    return previews.findLast(({ name }) => name === node)?.url;
  });
  if (job === undefined) return null;
  const isLearner = nodeTypes.get(type)?.learns === true;
  return (
    <>
      {isLearner && (job.state === "running" || job.state === "paused") ? (
        <div className="node-progress">
          <progress value={job.step} max={Math.max(1, job.total)} aria-label={text.run.training} />
          <span>{text.run.progress(job.step, job.total)}</span>
        </div>
      ) : null}
      {picture === undefined ? null : <img className="node-picture" src={picture} alt="" />}
    </>
  );
}
