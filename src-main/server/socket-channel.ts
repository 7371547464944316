// Frames over a WebSocket, as JSON.

import type { WebSocket } from "ws";
import { type Channel, readFrame } from "../common/wire/frames.ts";

/** What is no frame closes the socket: whoever sent it is not our page. */
const INVALID = 1007;
const HEARTBEAT_MS = 30_000;

export function socketChannel(socket: WebSocket): Channel {
  keepAlive(socket);
  return {
    send(frame) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) =>
      void socket.on("message", (data: Buffer) => {
        try {
          listener(readFrame(JSON.parse(data.toString("utf8"))));
        } catch {
          socket.close(INVALID, "not a frame");
        }
      }),
    onClose: (listener) =>
      void socket.on("close", () =>
        listener({ severity: "error", code: "page-gone", at: { stage: "page" }, message: "the page was closed" }),
      ),
  };
}

/** A page whose machine went to sleep does not say goodbye. */
function keepAlive(socket: WebSocket): void {
  let isAlive = true;
  socket.on("pong", () => (isAlive = true));
  // The event "close" follows and tells the rest.
  socket.on("error", () => socket.terminate());
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, HEARTBEAT_MS);
  socket.on("close", () => clearInterval(timer));
}
