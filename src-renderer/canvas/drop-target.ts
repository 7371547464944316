// What a wire would do if it were let go: decided from what lies under and near the pointer. Pure.

import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { withArticle } from "../../src-main/common/program/value-type.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { own, type PortEnd, type Workflow } from "../../src-main/common/workflow.ts";
import { type DropTarget, joined, opposite, portKey, type WaitingEnd, type WireInHand } from "../state/wire-store.ts";
import { text } from "../text/text.ts";
import { refusalOf } from "./can-connect.ts";
import { nameOf, portsOf, shapeOf } from "./node-look.ts";

/** A port of the side that the wire needs, with its middle on the canvas. */
export interface PlacedPort extends PortEnd {
  readonly at: Point;
}

export interface Aim {
  /** On the canvas. */
  readonly at: Point;
  /** The port of the needed side whose dot or label is under the pointer. */
  readonly port: PortEnd | null;
  /** Whether it is the dot. */
  readonly isDot: boolean;
  /** The node under the pointer; a note or a group is as good as the canvas. */
  readonly node: string | null;
  /** How far from a port counts as near, on the canvas. */
  readonly reach: number;
}

type Waiting = Pick<WireInHand, "ends" | "fitting">;

/**
 * What is pointed at goes before what is near, and what is near before the node as a whole. Only a dot is aimed at so clearly that
 * one which does not fit is refused although another port of its node would fit.
 *
 * @param workflow without the wires that were taken off
 */
export function dropTarget(workflow: Workflow, hand: Waiting, ports: readonly PlacedPort[], aim: Aim): DropTarget {
  const [{ side, node: ownNode }] = hand.ends;
  const fits = (end: PortEnd): boolean => hand.fitting.has(portKey(end, opposite(side)));
  if (aim.port !== null && fits(aim.port)) return { kind: "port", port: endOf(aim.port) };
  if (aim.port !== null && aim.isDot) return refuse(workflow, hand.ends, aim.port);
  const near = nearest(
    ports.filter((port) => fits(port) && (aim.node === null || port.node === aim.node)),
    aim,
  );
  if (near !== undefined) return { kind: "port", port: endOf(near) };
  if (aim.node === ownNode) return { kind: "nothing" };
  if (aim.node !== null) {
    const target = bodyTarget(workflow, hand, aim.node);
    return target.kind === "refused" && aim.port !== null ? refuse(workflow, hand.ends, aim.port) : target;
  }
  const wrong = nearest(
    ports.filter((port) => port.node !== ownNode),
    { ...aim, reach: aim.reach / 2 },
  );
  return wrong === undefined ? { kind: "canvas" } : refuse(workflow, hand.ends, wrong);
}

/** The one port that fits; of several the one without a wire; else one is asked for. */
function bodyTarget(workflow: Workflow, { ends, fitting }: Waiting, id: string): DropTarget {
  const [{ side }] = ends;
  const node = own(workflow.graph.nodes, id);
  if (node === undefined || shapeOf(node) !== "node") return { kind: "canvas" };
  const known = portsOf(node, opposite(side));
  const ports = Object.keys(known).filter((port) => fitting.has(portKey({ node: id, port }, opposite(side))));
  const [only] = ports;
  if (only === undefined) return refuseNode(workflow, ends, id);
  if (ports.length === 1) return { kind: "port", port: { node: id, port: only } };
  const isTaken = (port: string): boolean =>
    known[port]?.many !== true &&
    Object.values(workflow.graph.edges).some(({ to }) => to.node === id && to.port === port);
  const loose = side === "output" ? ports.filter((port) => !isTaken(port)) : [];
  const [free] = loose;
  if (free !== undefined && loose.length === 1) return { kind: "port", port: { node: id, port: free } };
  return { kind: "choice", node: id, ports: loose.length > 0 ? loose : ports };
}

function refuse(workflow: Workflow, ends: readonly WaitingEnd[], other: PortEnd): DropTarget {
  const refusal = refusalOfAll(workflow, ends, other);
  return refusal === null ? { kind: "nothing" } : { kind: "refused", node: other.node, port: other.port, refusal };
}

/** Why no port of the node will do: what the one of the right kind says, if there is one. */
function refuseNode(workflow: Workflow, ends: Waiting["ends"], id: string): DropTarget {
  const [first] = ends;
  const node = own(workflow.graph.nodes, id);
  if (node === undefined) return { kind: "nothing" };
  const refusals = Object.keys(portsOf(node, opposite(first.side))).flatMap((port) => {
    const refusal = refusalOfAll(workflow, ends, { node: id, port });
    return refusal === null ? [] : [{ port, refusal }];
  });
  const telling = refusals.find(({ refusal }) => refusal.code !== "port-kind");
  const only = telling ?? (refusals.length === 1 ? refusals[0] : undefined);
  if (only !== undefined) return { kind: "refused", node: id, ...only };
  const kind = kindOf(workflow, first);
  const refusal: Diagnostic = {
    severity: "error",
    code: "port-kind",
    at: { node: id },
    message: (first.side === "output" ? text.wires.noInput : text.wires.noOutput)(
      nameOf(workflow, id),
      kind === undefined ? first.port : withArticle(kind),
    ),
    help: text.wires.otherNode,
  };
  return { kind: "refused", node: id, port: null, refusal };
}

/** The first of the reasons why the ends cannot all go there. */
export function refusalOfAll(workflow: Workflow, ends: readonly WaitingEnd[], other: PortEnd): Diagnostic | null {
  for (const end of ends) {
    const { from, to } = joined(end, other);
    const refusal = refusalOf(workflow, from, to);
    if (refusal !== null) return refusal;
  }
  return null;
}

export function kindOf({ graph }: Workflow, { node, port, side }: WaitingEnd) {
  const waiting = own(graph.nodes, node);
  return waiting && own(portsOf(waiting, side), port)?.kind;
}

function nearest(ports: readonly PlacedPort[], { at, reach }: Pick<Aim, "at" | "reach">): PlacedPort | undefined {
  let [found, least]: [PlacedPort | undefined, number] = [undefined, reach];
  for (const port of ports) {
    const distance = Math.hypot(port.at.x - at.x, port.at.y - at.y);
    if (distance <= least) [found, least] = [port, distance];
  }
  return found;
}

function endOf({ node, port }: PortEnd): PortEnd {
  return { node, port };
}
