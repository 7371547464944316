// Frames over the MessagePort that the desktop app hands to its page, with structured cloning.

import { DESKTOP_PORT } from "../../src-main/common/studio/desktop-port.ts";
import { readFrame, type Channel } from "../../src-main/common/wire/frames.ts";
import { connectionLost } from "./socket-channel.ts";

declare global {
  interface Window {
    /** Only in the desktop app. */
    readonly studioShell?: { readonly requestPort: () => void };
  }
}

/** Asks for a port and resolves when it arrives. */
export async function nextPort(): Promise<Channel> {
  const { promise, resolve } = Promise.withResolvers<MessagePort>();
  const receive = (event: MessageEvent<unknown>): void => {
    const [port] = event.ports;
    if (event.source !== window || event.data !== DESKTOP_PORT || port === undefined) return;
    window.removeEventListener("message", receive);
    resolve(port);
  };
  window.addEventListener("message", receive);
  window.studioShell?.requestPort();
  const port = await promise;
  port.start();
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) =>
      port.addEventListener("message", (event: MessageEvent<unknown>) => listener(readFrame(event.data))),
    onClose: (listener) => port.addEventListener("close", () => listener(connectionLost), { once: true }),
  };
}
