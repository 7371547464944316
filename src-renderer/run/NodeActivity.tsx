// What a node does while its workflow is trained: how far the one that learns is, what a reward says, and the newest images of those
// that show any.

import { nodeTypes } from "../../nodes/index.ts";
import { ledSteps, rewardCourseOf } from "../../src-main/common/reward-course.ts";
import { describeCourse, printSigned } from "../../src-main/common/reward-words.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { paramValue } from "../../src-main/common/workflow-params.ts";
import { ApplyButton } from "../apply/ApplyButton.tsx";
import { fieldsOf } from "../canvas/node-look.ts";
import { additionOf } from "../canvas/run-room.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { showRun } from "../state/shown-run-store.ts";
import { endOfPath } from "../text/end-of-path.ts";
import { text } from "../text/text.ts";
import { printReward } from "./format.ts";
import { otherOptimizers, stepsOfOptimizer } from "./metric-series.ts";
import { NodeTimes } from "./NodeTimes.tsx";
import { PreviewImages } from "./PreviewImages.tsx";
import { useJobOfTab } from "./use-job-of-tab.ts";
import { type ShownRun, useRunDetail } from "./use-run-detail.ts";

interface NodeActivityProps {
  readonly node: string;
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export function NodeActivity(props: NodeActivityProps) {
  // Most nodes that a moving view brings in have nothing to tell, and are to cost nothing.
  if (useJobOfTab() === undefined) return null;
  const { computes } = nodeTypes.get(props.type) ?? {};
  const { path } = props.params;
  return (
    <>
      <Activity {...props} />
      {computes === undefined ? null : (
        <NodeTimes network={computes} name={typeof path === "string" ? endOfPath(path) : ""} />
      )}
    </>
  );
}

function Activity({ node, type, params }: NodeActivityProps) {
  const definition = nodeTypes.get(type);
  if (definition === undefined) return null;
  switch (additionOf(definition)) {
    case "progress":
      return <LearnerProgress node={node} type={type} params={params} />;
    case "embedding":
      return <LearnedEmbedding />;
    case "held-out reward":
      return <HeldOutReward name={endOfPath(String(params["path"]))} />;
    case "previews":
      return <NodePreview node={node} />;
    case "results":
      return <NodeResult node={node} shows={definition.shows} />;
    case undefined:
      return null;
  }
}

function LearnerProgress({ node, type, params }: NodeActivityProps) {
  const job = useJobOfTab();
  const all = useStepsOf(job?.run);
  if (job === undefined || (job.state !== "running" && job.state !== "paused")) return null;
  const steps = otherOptimizers(all).includes(node) ? stepsOfOptimizer(all, node) : all;
  // One of several may have fewer steps than the run.
  const total = Math.min(job.total, stepsWanted(type, params));
  const done = Math.min(job.step, total);
  return (
    <div className="rs-node-progress">
      <progress value={done} max={Math.max(1, total)} aria-label={text.run.training} />
      <span>{text.run.progress(done, total)}</span>
      <Numbers values={ledSteps(steps).map(({ reward }) => reward)} />
    </div>
  );
}

function stepsWanted(type: string, params: NodeActivityProps["params"]): number {
  const known = nodeTypes.get(type);
  const field = known && fieldsOf(known).find(({ name }) => name === "steps");
  const value = field && paramValue(params, field);
  return typeof value === "number" ? value : Number.POSITIVE_INFINITY;
}

/** What a reward that is not trained against says, if it is one of them. */
function HeldOutReward({ name }: { readonly name: string }) {
  const steps = useStepsOf(useJobOfTab()?.run);
  const values = steps.flatMap(({ heldOut, updates = {} }) => {
    const told = [heldOut, ...Object.values(updates).map((update) => update.heldOut)];
    const own = told.find((scores) => Object.hasOwn(scores, name));
    return own === undefined ? [] : [own[name] ?? 0];
  });
  if (values.length === 0) return null;
  return (
    <div className="rs-node-progress">
      <Numbers values={values} />
    </div>
  );
}

function Numbers({ values }: { readonly values: readonly number[] }) {
  const course = rewardCourseOf(values);
  if (course === null) return null;
  return (
    <span className="rs-node-number" title={describeCourse(course)}>
      {text.node.reward} <strong>{printReward(course.last.mean)}</strong>
    </span>
  );
}

function useStepsOf(run: string | undefined) {
  return runStore(({ live }) => (live[run ?? ""] ?? EMPTY_RUN).steps);
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

function NodePreview({ node }: { readonly node: string }) {
  const run = useJobOfTab()?.run ?? null;
  const shown = useRunDetail(run);
  const newest = shown?.previews.findLast(isOf(node));
  if (run === null || newest === undefined) return null;
  return (
    <button
      type="button"
      className="rs-node-picture nodrag"
      aria-label={text.node.showPicture}
      onClick={() => showRun(run, "pictures")}
    >
      <PreviewImages preview={newest} />
    </button>
  );
}

/** What was found, in short, and the way to all of it. */
function NodeResult({ node, shows }: { readonly node: string; readonly shows: NodeType["shows"] }) {
  const run = useJobOfTab()?.run ?? null;
  const shown = useRunDetail(run);
  const result = shown === null || shows === undefined ? undefined : RESULTS[shows](shown, node);
  if (run === null || result === undefined) return null;
  return (
    <div className="rs-node-action">
      <button type="button" className="rs-button rs-button-small nodrag" onClick={() => showRun(run, "results")}>
        {result}
      </button>
    </div>
  );
}

const RESULTS: Readonly<Record<NonNullable<NodeType["shows"]>, (shown: ShownRun, node: string) => string | undefined>> =
  {
    // Those are seen themselves.
    previews: () => undefined,
    evaluations({ detail }, node) {
      const found = detail.evaluations.find(isOf(node));
      if (found === undefined) return undefined;
      return found.report === null
        ? text.node.showResults
        : text.node.gained(printSigned(found.report.intervals.trainVsNull.mean));
    },
    "per-sample": ({ detail }, node) => detail.perSample.find(isOf(node)) && text.node.showResults,
  };

/** Where there is only one of its kind, it has no name. */
function isOf(node: string): (picture: { readonly name: string }) => boolean {
  return ({ name }) => name === node || name === "";
}
