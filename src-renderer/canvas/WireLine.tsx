// The wire in hand: drawn like any other, over all nodes, with the port or node that it would go to.

import { ViewportPortal } from "@xyflow/react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { own } from "../../src-main/common/workflow.ts";
import { moveWires } from "../commands/wiring.ts";
import { useWorkflow } from "../state/document-store.ts";
import { dropHand, opposite, type WaitingEnd, type WireInHand, wireStore } from "../state/wire-store.ts";
import { text } from "../text/text.ts";
import { Menu } from "../ui/Menu.tsx";
import { canvas } from "./canvas-handle.ts";
import { kindColour, nameOf, portsOf } from "./node-look.ts";
import { placeOfPort } from "./port-places.ts";
import { curvesThrough, pathOf } from "./wire-path.ts";
import { WireRefusal } from "./WireRefusal.tsx";

const FREE_END_RADIUS = 5;

export function WireLine() {
  const hand = wireStore(({ hand: held }) => held);
  if (hand === null) return null;
  const { target, ends, kind } = hand;
  const side = opposite(ends[0].side);
  const to = (target.kind === "port" ? placeOfPort(target.port, side) : null) ?? hand.at;
  return (
    <>
      <ViewportPortal>
        {target.kind === "choice" || (target.kind === "refused" && target.port === null) ? (
          <NodeOutline node={target.node} isRefused={target.kind === "refused"} />
        ) : null}
        <svg className="rs-wire-line" style={{ color: kind === undefined ? "var(--muted)" : kindColour(kind) }}>
          {ends.map((end) => (
            <path key={`${end.node} ${end.port}`} d={lineOf(end, to)} />
          ))}
          <circle cx={to.x} cy={to.y} r={FREE_END_RADIUS} />
        </svg>
      </ViewportPortal>
      {target.kind === "refused" ? <WireRefusal at={hand.at} refusal={target.refusal} /> : null}
      <PortChoice hand={hand} />
    </>
  );
}

function lineOf(end: WaitingEnd, to: Point): string {
  const from = placeOfPort(end, end.side) ?? to;
  return pathOf(curvesThrough(end.side === "output" ? [from, to] : [to, from]));
}

function NodeOutline({ node, isRefused }: { readonly node: string; readonly isRefused: boolean }) {
  const found = canvas()?.getInternalNode(node);
  if (found === undefined) return null;
  const { x, y } = found.internals.positionAbsolute;
  const { width = 0, height = 0 } = found.measured;
  return (
    <div
      className={`rs-wire-target${isRefused ? " rs-is-refused" : ""}`}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
    />
  );
}

/** Asks which port is meant, where the wire was let go on a node with several. */
function PortChoice({ hand: { target, ends, lifted, droppedAt } }: { readonly hand: WireInHand }) {
  const node = useWorkflow(({ graph }) => (target.kind === "choice" ? own(graph.nodes, target.node) : undefined));
  const title = useWorkflow((workflow) => (target.kind === "choice" ? nameOf(workflow, target.node) : "")) ?? "";
  if (target.kind !== "choice" || droppedAt === null || node === undefined) return null;
  const ports = portsOf(node, opposite(ends[0].side));
  return (
    <Menu
      label={text.wires.choosePort(title)}
      at={droppedAt}
      entries={target.ports.map((port) => ({
        label: own(ports, port)?.label ?? port,
        run: () => moveWires(ends, lifted, { node: target.node, port }),
      }))}
      onClose={dropHand}
    />
  );
}
