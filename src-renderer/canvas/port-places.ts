// Where the ports of the shown nodes are on the canvas, as React Flow draws wires to them.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import type { PortEnd } from "../../src-main/common/workflow.ts";
import type { Side } from "../state/wire-store.ts";
import { canvas } from "./canvas-handle.ts";
import type { PlacedPort } from "./drop-target.ts";

const HANDLE_TYPES = { input: "target", output: "source" } as const;

export function placedPorts(side: Side): PlacedPort[] {
  return (canvas()?.getNodes() ?? []).flatMap(({ id }) => portsOfNode(id, side));
}

/** The middle of its dot. */
export function placeOfPort({ node, port }: PortEnd, side: Side): Point | null {
  return portsOfNode(node, side).find((each) => each.port === port)?.at ?? null;
}

function portsOfNode(node: string, side: Side): PlacedPort[] {
  const internals = canvas()?.getInternalNode(node)?.internals;
  const corner = internals?.positionAbsolute ?? { x: 0, y: 0 };
  return (internals?.handleBounds?.[HANDLE_TYPES[side]] ?? []).flatMap(({ id, x, y, width, height }) =>
    typeof id === "string"
      ? [{ node, port: id, at: { x: corner.x + x + width / 2, y: corner.y + y + height / 2 } }]
      : [],
  );
}
