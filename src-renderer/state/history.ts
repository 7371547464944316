// What was done to a document, step by step: undo, redo, and any step in between. Pure.

import type { HistoryStep, Selection } from "../../src-main/common/studio/draft.ts";
import {
  applyChanges,
  changesBetween,
  invertChanges,
  type WorkflowChange,
} from "../../src-main/common/workflow-changes.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";

export interface History {
  readonly present: Workflow;
  /** Oldest first. */
  readonly past: readonly HistoryStep[];
  /** The next to be redone first. */
  readonly future: readonly HistoryStep[];
  /** Stands for the oldest state that can be reached. */
  readonly base: object;
  /** Whether the last step may still grow. */
  readonly isOpen: boolean;
}

export interface Edit {
  readonly label: string;
  readonly next: Workflow;
  /** Edits of one key that follow each other closely become one step. */
  readonly mergeKey?: string | undefined;
  readonly at: number;
  readonly before: Selection;
  readonly after: Selection;
}

const MOST_STEPS = 200;
/** Characters of all steps: laying out a thousand nodes takes a quarter of a million. */
const MOST_SIZE = 8e6;
const MERGE_MS = 600;

export function createHistory(present: Workflow): History {
  return restoreHistory(present, [], 0);
}

/** @param done how many of the steps lead to the present */
export function restoreHistory(present: Workflow, steps: readonly HistoryStep[], done: number): History {
  return { present, past: steps.slice(0, done), future: steps.slice(done), base: {}, isOpen: false };
}

/** Those that were done and those that were undone, oldest first. */
export function stepsOf({ past, future }: History): readonly HistoryStep[] {
  return [...past, ...future];
}

/** An edit that changes nothing leaves no step. */
export function record(history: History, edit: Edit): History {
  const changes = realChanges(history.present, edit.next);
  if (changes.length === 0) return history;
  const last = history.past.at(-1);
  const step = {
    label: edit.label,
    mergeKey: edit.mergeKey ?? null,
    at: edit.at,
    before: edit.before,
    after: edit.after,
    size: sizeOf(changes),
  };
  if (last !== undefined && history.isOpen && isContinued(last, edit)) {
    const start = applyChanges(history.present, invertChanges(last.changes));
    const merged = realChanges(start, edit.next);
    const past = [
      ...history.past.slice(0, -1),
      ...(merged.length === 0 ? [] : [{ ...step, before: last.before, changes: merged, size: sizeOf(merged) }]),
    ];
    return { ...history, present: edit.next, past, future: [], isOpen: merged.length > 0 };
  }
  const past = [...history.past, { ...step, changes }];
  const dropped = countDropped(past);
  return {
    present: edit.next,
    past: past.slice(dropped),
    future: [],
    base: past[dropped - 1] ?? history.base,
    isOpen: true,
  };
}

/** How many of the oldest are too many, or too large. The last one always stays. */
function countDropped(past: readonly HistoryStep[]): number {
  let size = past.reduce((sum, step) => sum + step.size, 0);
  let dropped = 0;
  while (dropped < past.length - 1 && (past.length - dropped > MOST_STEPS || size > MOST_SIZE)) {
    size -= past[dropped]?.size ?? 0;
    dropped++;
  }
  return dropped;
}

function sizeOf(changes: readonly WorkflowChange[]): number {
  return JSON.stringify(changes).length;
}

/** The next edit begins a step of its own: after blur, before save. */
export function seal(history: History): History {
  return history.isOpen ? { ...history, isOpen: false } : history;
}

export function undo(history: History): History {
  const step = history.past.at(-1);
  if (step === undefined) return history;
  return {
    ...history,
    present: applyChanges(history.present, invertChanges(step.changes)),
    past: history.past.slice(0, -1),
    future: [step, ...history.future],
    isOpen: false,
  };
}

export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (step === undefined) return history;
  return {
    ...history,
    present: applyChanges(history.present, step.changes),
    past: [...history.past, step],
    future,
    isOpen: false,
  };
}

/** @param count steps that are done afterwards, of all that are known */
export function goTo(history: History, count: number): History {
  let there = history;
  while (there.past.length > count && there.past.length > 0) there = undo(there);
  while (there.past.length < count && there.future.length > 0) there = redo(there);
  return there;
}

/** The same object whenever the document is in the same state: what "saved" is compared with. */
export function stateOf({ past, base }: History): object {
  return past.at(-1) ?? base;
}

/** The state that so many steps lead to. */
export function stateAfter(history: History, count: number): object {
  return stepsOf(history)[count - 1] ?? history.base;
}

/** How many steps lead to a state; `null`: none of those that are known do. */
export function countTo(history: History, state: object | null): number | null {
  if (state === history.base) return 0;
  const at = stepsOf(history).findIndex((step) => step === state);
  return at === -1 ? null : at + 1;
}

/** The nodes that going between the two states touches. */
export function touchedNodes(step: HistoryStep, workflow: Workflow): string[] {
  const ids = step.changes.flatMap((change) => {
    if (change.record === "rest") return [];
    if (change.record !== "graph.edges") return [change.id];
    const ends = [change.before, change.after] as (Workflow["graph"]["edges"][string] | undefined)[];
    return ends.flatMap((edge) => (edge === undefined ? [] : [edge.from.node, edge.to.node]));
  });
  return [...new Set(ids)].filter((id) => Object.hasOwn(workflow.graph.nodes, id));
}

/** An entry that was made anew and says the same did not change: what was typed is typed back. */
function realChanges(before: Workflow, after: Workflow): WorkflowChange[] {
  return changesBetween(before, after).filter(
    (change) => JSON.stringify(change.before) !== JSON.stringify(change.after),
  );
}

function isContinued(last: HistoryStep, { mergeKey, at }: Edit): boolean {
  return mergeKey !== undefined && last.mergeKey === mergeKey && at - last.at < MERGE_MS;
}
