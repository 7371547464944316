// Runs in the page's process before the page, sandboxed. All that the page gets is a way to ask for its port.

import { contextBridge, ipcRenderer } from "electron";
import { DESKTOP_ORIGIN, DESKTOP_PORT } from "../common/studio/desktop-port.ts";

// The rest of the program knows no window, so its types are not there.
declare const window: {
  readonly postMessage: (message: string, targetOrigin: string, ports: readonly unknown[]) => void;
};

contextBridge.exposeInMainWorld("studioShell", { requestPort: () => ipcRenderer.send(DESKTOP_PORT) });
// A port cannot cross the bridge, but it can be posted to the page's own window.
ipcRenderer.on(DESKTOP_PORT, ({ ports }) => window.postMessage(DESKTOP_PORT, DESKTOP_ORIGIN, ports));
