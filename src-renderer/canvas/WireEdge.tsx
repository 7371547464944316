// A wire in the colour of what flows through it, led through its bends.

import { BaseEdge, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo, useState } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { addBend, moveBend, removeBend } from "../commands/wire-edits.ts";
import { canvas } from "./canvas-handle.ts";
import type { FlowEdge } from "./flow-nodes.ts";
import { kindColour } from "./node-look.ts";

const BEND_RADIUS = 6;
const NO_BENDS: readonly Point[] = [];

export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, data } = props;
  const [dragged, setDragged] = useState<{ readonly index: number; readonly at: Point } | null>(null);
  const kept = data?.bends ?? NO_BENDS;
  const bends = dragged === null || dragged.index >= kept.length ? kept : kept.with(dragged.index, dragged.at);
  const [straight] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const path =
    bends.length === 0 ? straight : pathThrough([{ x: sourceX, y: sourceY }, ...bends, { x: targetX, y: targetY }]);
  const colour = data?.kind === undefined ? "var(--muted)" : kindColour(data.kind);
  const className = `rs-wire${selected === true ? " rs-is-selected" : ""}${data?.isOff === true ? " rs-is-off" : ""}`;
  return (
    <g
      onDoubleClick={(event) => {
        const at = canvas()?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        if (at !== undefined) addBend(id, { x: sourceX, y: sourceY }, { x: targetX, y: targetY }, at);
      }}
    >
      <BaseEdge id={id} path={path} className={className} style={{ stroke: colour }} interactionWidth={18} />
      {bends.map((bend, i) => (
        <circle
          key={i}
          className="rs-wire-bend nopan"
          cx={bend.x}
          cy={bend.y}
          r={BEND_RADIUS}
          style={{ fill: colour }}
          data-edge={id}
          data-bend={i}
          onDoubleClick={(event) => {
            event.stopPropagation();
            removeBend(id, i);
          }}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.stopPropagation();
            event.currentTarget.setPointerCapture(event.pointerId);
            setDragged({ index: i, at: bend });
          }}
          onPointerMove={(event) => {
            const at = canvas()?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
            if (dragged !== null && at !== undefined) setDragged({ index: i, at });
          }}
          onPointerUp={() => {
            if (dragged !== null && dragged.at !== kept[i]) moveBend(id, i, dragged.at);
            setDragged(null);
          }}
          onPointerCancel={() => setDragged(null)}
        />
      ))}
    </g>
  );
});

/** Leaves and reaches every point level, as wires do at ports. */
function pathThrough(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (first === undefined) return "";
  let from = first;
  return others.reduce((path, to) => {
    const reach = Math.max(24, Math.abs(to.x - from.x) / 2);
    const curve = ` C ${from.x + reach},${from.y} ${to.x - reach},${to.y} ${to.x},${to.y}`;
    from = to;
    return path + curve;
  }, `M ${first.x},${first.y}`);
}
