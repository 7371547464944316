// A wire in the colour of what flows through it, led through its bends.

import { BaseEdge, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import type { FlowEdge } from "./flow-nodes.ts";
import { kindColour } from "./node-look.ts";

const BEND_RADIUS = 5;

export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, data } = props;
  const bends = data?.bends ?? [];
  const [straight] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const path =
    bends.length === 0 ? straight : pathThrough([{ x: sourceX, y: sourceY }, ...bends, { x: targetX, y: targetY }]);
  const colour = data?.kind === undefined ? "var(--muted)" : kindColour(data.kind);
  const className = `wire${selected === true ? " is-selected" : ""}${data?.isOff === true ? " is-off" : ""}`;
  return (
    <>
      <BaseEdge id={id} path={path} className={className} style={{ stroke: colour }} interactionWidth={18} />
      {bends.map(({ x, y }, i) => (
        <circle
          key={i}
          className="wire-bend"
          cx={x}
          cy={y}
          r={BEND_RADIUS}
          style={{ fill: colour }}
          data-edge={id}
          data-bend={i}
        />
      ))}
    </>
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
