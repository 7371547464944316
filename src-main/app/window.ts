// The one window: sandboxed, without Node, where it was when it was last closed.

import { BrowserWindow, screen } from "electron";
import { DESKTOP_ORIGIN } from "../common/studio/desktop-port.ts";
import { clampToDisplays, FIRST_SIZE, readWindowState, SMALLEST, writeWindowState } from "./window-state.ts";

/** @param stateFile where its place is kept @param preload the bundled script */
export function openWindow(stateFile: string, preload: string): BrowserWindow {
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const state = clampToDisplays(readWindowState(stateFile), workAreas);
  const window = new BrowserWindow({
    ...(state.bounds ?? FIRST_SIZE),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: "ReNeg Studio",
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  if (state.isMaximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () =>
    writeWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }),
  );
  void window.loadURL(`${DESKTOP_ORIGIN}/`);
  return window;
}
