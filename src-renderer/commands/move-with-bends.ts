// A wire whose two ends move the same way keeps its form: its bends move along.

import { moveNodes, type Point } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { bendsOf, setBends } from "../state/wire-bends.ts";
import { placeOnCanvas } from "./groups.ts";

export function moveWithBends(workflow: Workflow, places: Readonly<Record<string, Point>>): Workflow {
  const moved = moveNodes(workflow, places);
  const wayOf = (id: string): Point => {
    const [from, to] = [placeOnCanvas(workflow, id), placeOnCanvas(moved, id)];
    return { x: to.x - from.x, y: to.y - from.y };
  };
  return Object.keys(workflow.view.wires ?? {}).reduce((next, edge) => {
    const wire = own(workflow.graph.edges, edge);
    if (wire === undefined) return next;
    const [a, b] = [wayOf(wire.from.node), wayOf(wire.to.node)];
    if (a.x !== b.x || a.y !== b.y || (a.x === 0 && a.y === 0)) return next;
    return setBends(
      next,
      edge,
      bendsOf(next, edge).map(({ x, y }) => ({ x: x + a.x, y: y + a.y })),
    );
  }, moved);
}
