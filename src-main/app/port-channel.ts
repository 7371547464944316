// The app's end of the port to one page. A page that sends what is no frame loses its port.

import type { MessagePortMain } from "electron";
import type { Diagnostic } from "../common/diagnostic.ts";
import { readFrame, type Channel } from "../common/wire/frames.ts";

const PAGE_GONE: Diagnostic = {
  severity: "error",
  code: "page-gone",
  at: { stage: "window" },
  message: "the page is gone",
};

/** What is used of Electron's port. */
export type Port = Pick<MessagePortMain, "postMessage" | "on" | "start" | "close">;

/** @param onFault is told what was received instead of a frame */
export function channelToPage(port: Port, onFault: (error: unknown) => void): Channel {
  let isOpen = true;
  port.on("close", () => {
    isOpen = false;
  });
  return {
    send(frame) {
      if (isOpen) port.postMessage(frame);
    },
    onFrame(listener) {
      port.on("message", ({ data }) => {
        if (!isOpen) return;
        try {
          listener(readFrame(data));
        } catch (error) {
          isOpen = false;
          port.close();
          onFault(error);
        }
      });
      port.start();
    },
    onClose: (listener) => void port.on("close", () => listener(PAGE_GONE)),
  };
}
