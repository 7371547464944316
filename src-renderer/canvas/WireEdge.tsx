// A wire in the colour of what flows through it, led through its bends. What it carries is said where the pointer is on it.

import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo, useState } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { addBend, moveBend, removeBend } from "../commands/wire-edits.ts";
import { wireStore } from "../state/wire-store.ts";
import { canvas } from "./canvas-handle.ts";
import type { FlowEdge } from "./flow-nodes.ts";
import { HANDLE } from "./node-geometry.ts";
import { kindColour } from "./node-look.ts";
import { curvesThrough, middleOf, pathOf } from "./wire-path.ts";

const BEND_RADIUS = 6;
const NO_BENDS: readonly Point[] = [];

export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, selected, data } = props;
  const [dragged, setDragged] = useState<{ readonly index: number; readonly at: Point } | null>(null);
  const isLifted = wireStore(({ hand }) => hand?.lifted.includes(id) === true);
  const isHit = wireStore(({ insertInto }) => insertInto === id);
  if (isLifted) return null;
  const kept = data?.bends ?? NO_BENDS;
  const bends = dragged === null || dragged.index >= kept.length ? kept : kept.with(dragged.index, dragged.at);
  // React Flow ends wires at the outer edge of a handle; these end in the middle of the dot.
  const start = { x: props.sourceX - HANDLE / 2, y: props.sourceY };
  const end = { x: props.targetX + HANDLE / 2, y: props.targetY };
  const curves = curvesThrough([start, ...bends, end]);
  const colour = data?.kind === undefined ? "var(--muted)" : kindColour(data.kind);
  const className = ["rs-wire", selected === true && "rs-is-selected", data?.isOff && "rs-is-off", isHit && "rs-is-hit"]
    .filter((name) => typeof name === "string")
    .join(" ");
  return (
    <g
      data-from={`${props.source} ${props.sourceHandleId}`}
      data-to={`${props.target} ${props.targetHandleId}`}
      onDoubleClick={(event) => {
        const at = canvas()?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        if (at !== undefined) addBend(id, start, end, at);
      }}
    >
      <title>{data?.described}</title>
      <BaseEdge id={id} path={pathOf(curves)} className={className} style={{ stroke: colour }} />
      {selected === true && data?.kind !== undefined ? <KindLabel kind={data.kind} at={middleOf(curves)} /> : null}
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

function KindLabel({ kind, at }: { readonly kind: string; readonly at: Point }) {
  return (
    <EdgeLabelRenderer>
      <span className="rs-wire-kind" style={{ transform: `translate(-50%, -140%) translate(${at.x}px, ${at.y}px)` }}>
        {kind}
      </span>
    </EdgeLabelRenderer>
  );
}
