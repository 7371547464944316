// Edits of every kind, drawn from a seed.

import { nodeTypes } from "../../../nodes/index.ts";
import {
  addNode,
  connect,
  disconnect,
  freeId,
  moveNodes,
  removeNodes,
  setMode,
  setParam,
} from "../../../src-main/common/workflow-edits.ts";
import { defaultParams } from "../../../src-main/common/workflow-params.ts";
import { sortedIds, type Workflow } from "../../../src-main/common/workflow.ts";
import { setBends } from "../wire-bends.ts";

/** Anything that a hand can do, sense or not. */
export function randomEdit(workflow: Workflow, draw: () => number): (workflow: Workflow) => Workflow {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(draw() * list.length)];
  const types = [...nodeTypes.values()];
  const node = pick(sortedIds(workflow.graph.nodes));
  const wire = pick(sortedIds(workflow.graph.edges));
  const number = Math.floor(draw() * 1000);
  const type = pick(types);
  const other = pick(sortedIds(workflow.graph.nodes));
  const kind = node === undefined ? 0 : Math.floor(draw() * 8);
  return (now) => {
    if (kind === 0 || node === undefined || other === undefined) {
      if (type === undefined) return now;
      const made = { type: type.type, version: type.version, params: defaultParams(type) };
      return addNode(now, freeId(now.graph.nodes, type.type), made, { x: number, y: -number });
    }
    if (kind === 1 && draw() < 0.4) return removeNodes(now, [node]);
    if (kind === 2) return moveNodes(now, { [node]: { x: number, y: number } });
    if (kind === 3) return setParam(now, node, "name", number);
    if (kind === 4) return setMode(now, [node], number % 2 === 0 ? "muted" : undefined);
    if (kind === 5 && wire !== undefined) return disconnect(now, [wire]);
    if (kind === 6 && wire !== undefined) return setBends(now, wire, [{ x: number, y: 0 }]);
    return connect(now, { node, port: "out" }, { node: other, port: "in" }, nodeTypes);
  };
}

/** The same numbers for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
