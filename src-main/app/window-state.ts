// Where the window was, and where it comes back: on a display that is still there, not larger than it.

import { readFileSync } from "node:fs";
import { z } from "zod";
import { writeJsonFile } from "../studio/json-file.ts";

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() });
export type Rectangle = z.output<typeof rectangle>;

const windowState = z.object({
  /** Of the window when it is not maximized; `null`: wherever the system puts it. */
  bounds: rectangle.nullable(),
  isMaximized: z.boolean(),
});
export type WindowState = z.output<typeof windowState>;

export const FIRST_STATE: WindowState = { bounds: null, isMaximized: false };
export const SMALLEST = { width: 1024, height: 640 } as const;
export const FIRST_SIZE = { width: 1440, height: 900 } as const;

/** So much of a window's title bar must be on a display for it to be dragged, in pixels. */
const REACHABLE_PX = 80;

/** @param workAreas of all displays, without task bars */
export function clampToDisplays(state: WindowState, workAreas: readonly Rectangle[]): WindowState {
  const { bounds, isMaximized } = state;
  if (bounds === null) return state;
  const area = workAreas.find((candidate) => isReachable(bounds, candidate));
  if (area === undefined) return { bounds: null, isMaximized };
  const width = Math.min(Math.max(bounds.width, SMALLEST.width), area.width);
  const height = Math.min(Math.max(bounds.height, SMALLEST.height), area.height);
  const x = clamp(bounds.x, area.x, area.x + area.width - width);
  const y = clamp(bounds.y, area.y, area.y + area.height - height);
  return { bounds: { x, y, width, height }, isMaximized };
}

/** A state that cannot be read is no reason not to open a window. */
export function readWindowState(path: string): WindowState {
  try {
    return windowState.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // The first start, or a file that something else wrote.
    return FIRST_STATE;
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  writeJsonFile(path, state);
}

function isReachable(bounds: Rectangle, area: Rectangle): boolean {
  const shared = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  return shared >= REACHABLE_PX && bounds.y >= area.y && bounds.y <= area.y + area.height - REACHABLE_PX;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
