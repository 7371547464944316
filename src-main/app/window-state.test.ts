import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { clampToDisplays, FIRST_STATE, readWindowState, writeWindowState, type Rectangle } from "./window-state.ts";

const LAPTOP: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const LEFT_OF_IT: Rectangle = { x: -2560, y: 0, width: 2560, height: 1440 };

function clamped(bounds: Rectangle, ...workAreas: readonly Rectangle[]): Rectangle | null {
  return clampToDisplays({ bounds, isMaximized: false }, workAreas).bounds;
}

describe("a window comes back", () => {
  test("where it was", () => {
    const bounds = { x: 100, y: 50, width: 1200, height: 800 };
    expect(clamped(bounds, LAPTOP)).toEqual(bounds);
  });

  test("on the second display, left of the first", () => {
    const bounds = { x: -2000, y: 100, width: 1600, height: 1000 };
    expect(clamped(bounds, LAPTOP, LEFT_OF_IT)).toEqual(bounds);
  });

  test("wherever the system puts it, if its display is gone", () => {
    expect(clamped({ x: -2000, y: 100, width: 1600, height: 1000 }, LAPTOP)).toBeNull();
  });

  test("wherever the system puts it, if its title bar could not be reached", () => {
    expect(clamped({ x: 100, y: -500, width: 1200, height: 800 }, LAPTOP)).toBeNull();
    expect(clamped({ x: 1400, y: 100, width: 1200, height: 800 }, LAPTOP)).toBeNull();
  });

  test("no larger than its display", () => {
    expect(clamped({ x: 0, y: 25, width: 3000, height: 2000 }, LAPTOP)).toEqual(LAPTOP);
  });

  test("wholly on its display", () => {
    expect(clamped({ x: 400, y: 300, width: 1200, height: 800 }, LAPTOP)).toEqual({
      x: 240,
      y: 100,
      width: 1200,
      height: 800,
    });
  });

  test("large enough to work in", () => {
    expect(clamped({ x: 10, y: 30, width: 300, height: 200 }, LAPTOP)).toEqual({
      x: 10,
      y: 30,
      width: 1024,
      height: 640,
    });
  });

  test("maximized, if it was", () => {
    expect(clampToDisplays({ bounds: null, isMaximized: true }, [LAPTOP]).isMaximized).toBe(true);
  });
});

describe("the file of the window's state", () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-window-"));
  const path = join(folder, "window.json");
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read as it was written", () => {
    const state = { bounds: LAPTOP, isMaximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
  });

  test.each(["", "{}", '{"bounds":{"x":1e999},"isMaximized":true}'])("counts for nothing if it holds %j", (text) => {
    writeFileSync(path, text);
    expect(readWindowState(path)).toEqual(FIRST_STATE);
  });

  test("need not exist", () => {
    expect(readWindowState(join(folder, "missing.json"))).toEqual(FIRST_STATE);
  });
});
