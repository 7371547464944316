// Frames over the MessagePort that the desktop app hands to its page, with structured cloning.

import { DESKTOP_PORT } from "../../src-main/common/studio/desktop-port.ts";
import { readFrame, type Channel } from "../../src-main/common/wire/frames.ts";
import { connectionLost } from "./socket-channel.ts";

/** Resolves with every port that arrives: one at the start, another when the app has one anew. */
export async function nextPort(): Promise<Channel> {
  const { promise, resolve } = Promise.withResolvers<MessagePort>();
  const receive = (event: MessageEvent<unknown>): void => {
    const [port] = event.ports;
    if (event.source !== window || event.data !== DESKTOP_PORT || port === undefined) return;
    window.removeEventListener("message", receive);
    resolve(port);
  };
  window.addEventListener("message", receive);
  const port = await promise;
  port.start();
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) =>
      port.addEventListener("message", (event: MessageEvent<unknown>) => listener(readFrame(event.data))),
    onClose: (listener) => port.addEventListener("close", () => listener(connectionLost), { once: true }),
  };
}
