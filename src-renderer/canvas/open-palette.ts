// The search for a node, opened where the pointer is.

import { type PaletteRequest, shellStore } from "../state/shell-store.ts";
import { canvas } from "./canvas-handle.ts";

/** @param x on the screen, as `y` */
export function openPalette(x: number, y: number, from: PaletteRequest["from"] = null): void {
  const flow = canvas();
  if (flow === null) return;
  shellStore.setState({ palette: { screen: { x, y }, place: flow.screenToFlowPosition({ x, y }), from } });
}
