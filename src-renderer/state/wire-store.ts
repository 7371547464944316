// The wire that is being drawn, and the wire that a node would be inserted into: neither saved nor undone.

import { create } from "zustand";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { ValueKind } from "../../src-main/common/program/value-type.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import type { PortEnd } from "../../src-main/common/workflow.ts";

export type Side = "input" | "output";
/** A port that waits for a partner. */
export type WaitingEnd = PortEnd & { readonly side: Side };

/** What letting go would do. */
export type DropTarget =
  /** Asks for a node, or removes the wire that was taken off a port. */
  | { readonly kind: "canvas" }
  | { readonly kind: "port"; readonly port: PortEnd }
  /** The node has several ports that fit: one is asked for. */
  | { readonly kind: "choice"; readonly node: string; readonly ports: readonly string[] }
  /** @prop port where it would have gone, if that is known */
  | {
      readonly kind: "refused";
      readonly node: string;
      readonly port: string | null;
      readonly refusal: Diagnostic;
    }
  | { readonly kind: "nothing" };

export interface WireInHand {
  /** Several where all wires of an output were taken off together; all of one side. */
  readonly ends: readonly [WaitingEnd, ...WaitingEnd[]];
  /** Wires that were taken off a port, by id. */
  readonly lifted: readonly string[];
  readonly kind: ValueKind | undefined;
  /** The ports that it fits, see `portKey`. */
  readonly fitting: ReadonlySet<string>;
  /** Its free end, on the canvas. */
  readonly at: Point;
  readonly target: DropTarget;
  /** Where it was let go, on the screen, while a partner is being chosen. */
  readonly droppedAt: Point | null;
}

interface WireState {
  readonly hand: WireInHand | null;
  /** The wire that the dragged node would be inserted into if it were let go. */
  readonly insertInto: string | null;
}

export const wireStore = create<WireState>(() => ({ hand: null, insertInto: null }));

export function dropHand(): void {
  wireStore.setState({ hand: null });
}

export function updateHand(change: Partial<WireInHand>): void {
  wireStore.setState(({ hand }) => ({ hand: hand === null ? null : { ...hand, ...change } }));
}

export function portKey({ node, port }: PortEnd, side: Side): string {
  return `${side} ${port} ${node}`;
}

export function opposite(side: Side): Side {
  return side === "input" ? "output" : "input";
}

/** The wire between a port that waits for a partner and the partner that was found. */
export function joined(
  { side, node, port }: WaitingEnd,
  other: PortEnd,
): { readonly from: PortEnd; readonly to: PortEnd } {
  return side === "output" ? { from: { node, port }, to: other } : { from: other, to: { node, port } };
}
