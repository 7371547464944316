// Frames as JSON text over a WebSocket of the page's own origin.

import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { readFrame, type Channel } from "../../src-main/common/wire/frames.ts";

/** Resolves once the socket is open. @throws the diagnostic's Refusal is left to the caller: it rejects with an Error */
export async function openSocket(url: URL): Promise<Channel> {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<void>();
  socket.addEventListener("open", () => opened.resolve(), { once: true });
  socket.addEventListener("close", () => opened.reject(new Error("the connection was refused")), { once: true });
  await opened.promise;
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) =>
      socket.addEventListener("message", (event: MessageEvent<string>) => listener(readFrame(JSON.parse(event.data)))),
    onClose: (listener) => socket.addEventListener("close", () => listener(connectionLost), { once: true }),
  };
}

export const connectionLost: Diagnostic = {
  severity: "error",
  code: "connection-lost",
  at: {},
  message: "the connection to the program is lost",
  help: "what you do here is kept in this window; it is sent as soon as the program answers again",
};
