// All wires as one picture, where hundreds are in view: as elements, each would be laid out anew whenever one moves.

import { type InternalNode, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { useDark } from "../shell/use-theme.ts";
import type { FlowEdge, FlowNode } from "./flow-nodes.ts";
import { kindColour } from "./node-look.ts";
import { curvesThrough } from "./wire-path.ts";

const WIDTH = 2;
const SELECTED_WIDTH = 4;
const OFF_OPACITY = 0.35;

export function RemoteWires({ wires }: { readonly wires: readonly FlowEdge[] }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi<FlowNode, FlowEdge>();
  const isDark = useDark();
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return undefined;
    const colourOf = createPalette(canvas);
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      drawWires(canvas, wires, store.getState(), colourOf);
    };
    const request = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    request();
    const unsubscribe = store.subscribe(request);
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [store, wires, isDark]);
  return <canvas ref={ref} className="rs-remote-wires" aria-hidden />;
}

interface Seen {
  readonly nodeLookup: ReadonlyMap<string, InternalNode<FlowNode>>;
  readonly transform: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
}

function drawWires(
  canvas: HTMLCanvasElement,
  wires: readonly FlowEdge[],
  seen: Seen,
  colourOf: (colour: string) => string,
): void {
  const { transform, width, height } = seen;
  const [x, y, zoom] = transform;
  const scale = window.devicePixelRatio;
  // Setting its size also empties it.
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.setTransform(scale * zoom, 0, 0, scale * zoom, scale * x, scale * y);
  for (const alike of Map.groupBy(wires, lookOf).values()) {
    const [first] = alike;
    if (first === undefined) continue;
    pen.strokeStyle = colourOf(first.data?.kind === undefined ? "var(--muted)" : kindColour(first.data.kind));
    pen.globalAlpha = first.data?.isOff === true ? OFF_OPACITY : 1;
    // No thinner than a point of the screen.
    pen.lineWidth = Math.max(first.selected === true ? SELECTED_WIDTH : WIDTH, 1 / zoom);
    pen.beginPath();
    for (const wire of alike) addWire(pen, wire, seen);
    pen.stroke();
  }
}

function lookOf({ selected, data }: FlowEdge): string {
  return [data?.kind, data?.isOff, selected].join();
}

function addWire(pen: CanvasRenderingContext2D, wire: FlowEdge, { nodeLookup }: Seen): void {
  const from = portAt(nodeLookup.get(wire.source), "source", wire.sourceHandle);
  const to = portAt(nodeLookup.get(wire.target), "target", wire.targetHandle);
  if (from === null || to === null) return;
  pen.moveTo(from.x, from.y);
  for (const { leave, reach, to: next } of curvesThrough([from, ...(wire.data?.bends ?? []), to]))
    pen.bezierCurveTo(leave.x, leave.y, reach.x, reach.y, next.x, next.y);
}

/** The middle of the port, which is not drawn itself. */
function portAt(
  node: InternalNode<FlowNode> | undefined,
  type: "source" | "target",
  port: string | null | undefined,
): Point | null {
  const handle = node?.internals.userNode.handles?.find((each) => each.type === type && each.id === port);
  if (node === undefined || handle === undefined) return null;
  const { x, y } = node.internals.positionAbsolute;
  const { width = 0, height = 0 } = handle;
  return { x: x + handle.x + width / 2, y: y + handle.y + height / 2 };
}

/** A canvas does not understand custom properties. */
function createPalette(host: HTMLElement): (colour: string) => string {
  const known = new Map<string, string>();
  return (colour) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    host.style.color = colour;
    const { color } = getComputedStyle(host);
    known.set(colour, color);
    return color;
  };
}
