// A wire that is pulled from a port: begun by pressing on it, followed until it is let go. What it does then is `drop-wire.ts`.

import { disconnect, type Point } from "../../src-main/common/workflow-edits.ts";
import { own, type PortEnd, type Workflow } from "../../src-main/common/workflow.ts";
import { present } from "../commands/node-edits.ts";
import {
  type DropTarget,
  dropHand,
  opposite,
  portKey,
  type Side,
  updateHand,
  type WaitingEnd,
  wireStore,
} from "../state/wire-store.ts";
import { panAtEdges } from "./auto-pan.ts";
import { canvas } from "./canvas-handle.ts";
import { type Aim, dropTarget, kindOf, refusalOfAll } from "./drop-target.ts";
import { dropWire } from "./drop-wire.ts";
import { placedPorts } from "./port-places.ts";

/** In points of the screen: less is a click. */
const LEAST_DRAG = 4;
/** So near to a port, in points of the screen, a wire snaps to it. */
const REACH = 28;

interface Pulled {
  readonly ends: readonly [WaitingEnd, ...WaitingEnd[]];
  readonly lifted: readonly string[];
}

/** For the `pointerdown` of a port's dot. */
export function pullWire(event: React.PointerEvent, end: WaitingEnd): void {
  const start = { x: event.clientX, y: event.clientY };
  if (event.button !== 0 || !event.isPrimary || wireStore.getState().hand !== null) return;
  const { pointerId, shiftKey } = event;
  let follow: ((at: Point) => void) | null = null;
  let stopPanning = (): void => undefined;
  const ending = new AbortController();
  const options = { signal: ending.signal, capture: true };
  const stop = (): void => {
    stopPanning();
    ending.abort();
  };
  const cancel = (): void => {
    stop();
    dropHand();
  };
  const move = (moved: PointerEvent): void => {
    if (moved.pointerId !== pointerId) return;
    const at = { x: moved.clientX, y: moved.clientY };
    if (follow === null) {
      if (Math.hypot(at.x - start.x, at.y - start.y) < LEAST_DRAG) return;
      follow = begin(end, shiftKey);
      stopPanning = panAtEdges(start, (where) => follow?.(where));
    }
    follow?.(at);
  };
  window.addEventListener("pointermove", move, options);
  window.addEventListener(
    "pointerup",
    (released) => {
      if (released.pointerId !== pointerId) return;
      stop();
      if (follow === null) return;
      // After the event, whose end closes every popover that is open by then.
      setTimeout(dropWire, 0, { x: released.clientX, y: released.clientY });
    },
    options,
  );
  window.addEventListener("pointercancel", cancel, options);
  // Not of an element that loses the focus: only of the window itself.
  window.addEventListener("blur", cancel, { signal: ending.signal });
  window.addEventListener(
    "keydown",
    (pressed) => {
      // No key means anything else while a wire is in hand.
      pressed.stopPropagation();
      if (pressed.key === "Escape") cancel();
    },
    options,
  );
}

/** @returns what to call with each place of the pointer on the screen */
function begin(end: WaitingEnd, isShift: boolean): (at: Point) => void {
  const shown = present();
  const flow = canvas();
  if (shown === undefined || flow === null) return () => undefined;
  const { ends, lifted } = pulledFrom(shown, end, isShift);
  const workflow = disconnect(shown, lifted);
  const side = opposite(ends[0].side);
  const ports = placedPorts(side);
  const fitting = new Set(
    ports
      .filter((port) => port.node !== ends[0].node && refusalOfAll(workflow, ends, port) === null)
      .map((port) => portKey(port, side)),
  );
  const hand = { ends, lifted, fitting, kind: kindOf(workflow, ends[0]), droppedAt: null };
  return (screen) => {
    const at = flow.screenToFlowPosition(screen, { snapToGrid: false });
    const aim = aimAt(workflow, screen, at, side, REACH / flow.getZoom());
    const target: DropTarget = aim === null ? { kind: "nothing" } : dropTarget(workflow, hand, ports, aim);
    if (wireStore.getState().hand === null) wireStore.setState({ hand: { ...hand, at, target } });
    else updateHand({ at, target });
  };
}

/** From an output comes a new wire, from a wired input its own; with Shift, all wires of an output come along. */
function pulledFrom({ graph }: Workflow, end: WaitingEnd, isShift: boolean): Pulled {
  const mine = Object.entries(graph.edges).filter(([, { from, to }]) => {
    const own = end.side === "input" ? to : from;
    return own.node === end.node && own.port === end.port;
  });
  if (end.side === "output") {
    const [first, ...others] = mine.map(([, { to }]): WaitingEnd => ({ ...to, side: "input" }));
    if (!isShift || first === undefined) return { ends: [end], lifted: [] };
    return { ends: [first, ...others], lifted: mine.map(([id]) => id) };
  }
  const last = mine.at(-1);
  if (last === undefined) return { ends: [end], lifted: [] };
  return { ends: [{ ...last[1].from, side: "output" }], lifted: [last[0]] };
}

/** What lies under the pointer; `null`: not the canvas. */
function aimAt(workflow: Workflow, screen: Point, at: Point, side: Side, reach: number): Aim | null {
  const under = document.elementFromPoint(screen.x, screen.y);
  if (under === null || under.closest(".react-flow") === null) return null;
  const row = under?.closest<HTMLElement>(".rs-port");
  const id = under?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  const node = id !== undefined && own(workflow.graph.nodes, id) !== undefined ? id : null;
  const port: PortEnd | null =
    node !== null && row?.dataset["side"] === side && row.dataset["port"] !== undefined
      ? { node, port: row.dataset["port"] }
      : null;
  return { at, port, isDot: under.closest(".rs-port-handle") !== null, node, reach };
}
